"""A small shop for journeys: its customers, and the order files that it exports."""

import csv
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

ZONE = "Asia/Shanghai"
PRICE = Decimal("58.90")
REGULARS, OCCASIONALS, SLEEPERS = 180, 80, 40


@dataclass
class Shop:
    """Who bought how often, under the column names of a language.

    180 regulars have two orders of two lines within the last 60 days, 80 occasional customers have one, and 40 have
    bought once, 200 days ago. One row of the first file has a quantity that is none.
    """

    header: tuple[str, ...]
    products: tuple[str, str]
    region: str
    now: datetime
    orders: int = 0
    customers: list[str] = field(default_factory=list)

    def everything(self, path: Path) -> dict[str, int]:
        """Write the file of all orders so far, and return what an import must find in it."""
        rows: list[list[str]] = []
        for number in range(REGULARS + OCCASIONALS + SLEEPERS):
            customer = f"K{number:04d}"
            self.customers.append(customer)
            if number < REGULARS:
                days = [3 + number % 25, 30 + number % 25]
            elif number < REGULARS + OCCASIONALS:
                days = [5 + number % 40]
            else:
                days = [200]
            for ago in days:
                rows += self._order(customer, self.now - timedelta(days=ago, hours=number % 5), lines=2)
        accepted = len(rows)
        bad = self._order(self.customers[0], self.now - timedelta(days=2), lines=1)
        bad[0][5] = "many"
        self._write(path, [*rows, *bad])
        return {
            "rows": accepted + 1,
            "accepted": accepted,
            "rejected": 1,
            "orders": accepted // 2,
            "members": len(self.customers),
            "net_minor": accepted * 2 * int(PRICE * 100),
        }

    def since(self, path: Path, customers: Iterable[str], placed_at: datetime) -> int:
        """Write the file of one new order of each of some customers, and return how many there are."""
        rows = [row for customer in customers for row in self._order(customer, placed_at, lines=1)]
        self._write(path, rows)
        return len(rows)

    def last_order(self) -> str:
        """Return the number of the newest order."""
        return f"N{self.orders:06d}"

    def _order(self, customer: str, placed_at: datetime, *, lines: int) -> list[list[str]]:
        self.orders += 1
        local = f"{placed_at.astimezone(ZoneInfo(ZONE)):%Y-%m-%d %H:%M:%S}"
        return [
            [
                self.last_order(),
                local,
                customer,
                f"SKU-{line}",
                self.products[line],
                "2",
                str(PRICE),
                self.region,
            ]
            for line in range(lines)
        ]

    def _write(self, path: Path, rows: list[list[str]]) -> None:
        with path.open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows([self.header, *rows])
