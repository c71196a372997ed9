"""Merging: what the workbench has gathered goes into the shop, chunk by chunk, each in a short transaction of its own.

Everything is safe to repeat: what is known already changes nothing, so a killed import is finished by
    importing again.
"""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from qunying.intake.orders.copying import copy_rows
from qunying.intake.orders.workbench import first_row
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import failpoint
from qunying.kernel.ids import new_id
from qunying.members.actions.admit_members import STAGED_MEMBERS, admit_members
from qunying.members.actions.change_attributes import STAGED_ATTRIBUTES, change_attributes
from qunying.shop.actions.match_refunds import match_refunds
from qunying.shop.actions.merge_orders import merge_orders
from qunying.shop.actions.merge_products import merge_products
from qunying.shop.actions.merge_refunds import merge_refunds
from qunying.shop.queries.list_country_changes import list_country_changes
from qunying.shop.queries.list_unmatched_refund_lines import list_unmatched_refund_lines
from qunying.shop.staging import open_staging

if TYPE_CHECKING:
    import duckdb

PEOPLE_PER_CHUNK = 20_000
REFUND_LINES_PER_CHUNK = 5_000
_NEW = ("members", "orders", "amended_orders", "lines", "refunds", "refund_lines")
type Step = Callable[[str, float], None]

_HEAD = "ordinal, number, member_id, placed_at, channel, store, country, currency, total_minor, units"
_LINE = "ordinal, product_id, stock_code, description, quantity, unit_price_minor, amount_minor, is_gift, content_key, occurrence"


@dataclass
class Merge:
    """One merge: the workbench, whose numbers they are, who does it and when.

    ``step`` hears of stage and share done after each chunk.
    """

    bench: "duckdb.DuckDBPyConnection"
    source: str
    actor: Actor
    now: datetime
    step: Step
    new: Counter[str] = field(default_factory=lambda: Counter(dict.fromkeys(_NEW, 0)))

    def run(self) -> None:
        """Merge everything, in the order in which the parts need each other.

        ``step`` may raise to stop between two chunks.
        """
        self._open()
        self._products()
        self._members()
        self._orders()
        self._refunds()
        self._countries()
        self._unmatched()

    def _command(self) -> dict[str, Any]:
        return {"command_id": str(new_id()), "actor": self.actor, "now": self.now}

    def _open(self) -> None:
        open_staging()
        with connection.cursor() as cursor:
            cursor.execute(STAGED_MEMBERS)
            cursor.execute(STAGED_ATTRIBUTES)
            cursor.execute("TRUNCATE staged_member, staged_attribute")

    def _products(self) -> None:
        copy_rows(self.bench, "SELECT code, title, first_sold_at, last_sold_at FROM product_out", "staged_product",
            "code, title, first_sold_at, last_sold_at")  # fmt: skip
        merge_products(**self._command())
        with connection.cursor() as cursor:
            cursor.execute("SELECT s.code, p.id FROM staged_product s JOIN shop_product p USING (code)")
            self._fill("product_id", "code VARCHAR, id BIGINT", cursor.fetchall())
        self.step("products", 1)

    def _members(self) -> None:
        people = _count(self.bench, "SELECT count(*) FROM member_out")
        self.bench.execute("CREATE OR REPLACE TABLE member_id (value VARCHAR, id UUID)")
        for start in range(0, people, PEOPLE_PER_CHUNK):
            copy_rows(
                self.bench,
                "SELECT value, coalesce(first_seen_at, ?) FROM member_out ORDER BY value LIMIT ? OFFSET ?",
                "staged_member",
                "value, first_seen_at",
                [self.now.replace(tzinfo=None), PEOPLE_PER_CHUNK, start],
            )
            self.new["members"] += admit_members(**self._command()).new
            with connection.cursor() as cursor:
                cursor.execute("SELECT value, member_id FROM staged_member")
                self._fill("member_id", "", cursor.fetchall())
                cursor.execute("TRUNCATE staged_member")
            failpoint("import.members_merged")
            self.step("members", min(1, (start + PEOPLE_PER_CHUNK) / people))

    def _fill(self, table: str, columns: str, rows: Sequence[tuple[object, object]]) -> None:
        """Fill a table of the workbench with pairs from PostgreSQL."""
        import pyarrow as pa

        names = ["a", "b"]
        pairs = pa.table({name: [_plain(row[place]) for row in rows] for place, name in enumerate(names)})
        self.bench.register("pairs", pairs)
        if columns:
            self.bench.execute(f"CREATE OR REPLACE TABLE {table} ({columns})")
        if rows:
            self.bench.execute(f"INSERT INTO {table} SELECT a, b FROM pairs")
        self.bench.unregister("pairs")

    def _orders(self) -> None:
        chunks = _count(self.bench, "SELECT coalesce(max(chunk) + 1, 0) FROM order_out")
        for chunk in range(chunks):
            self._stage("order", chunk)
            merged = merge_orders(**self._command(), source=self.source)
            self.new.update(orders=merged.orders, amended_orders=merged.amended, lines=merged.lines)
            failpoint("import.orders_merged")
            self.step("orders", (chunk + 1) / chunks)

    def _refunds(self) -> None:
        chunks = _count(self.bench, "SELECT coalesce(max(chunk) + 1, 0) FROM refund_out")
        for chunk in range(chunks):
            self._stage("refund", chunk)
            merged = merge_refunds(**self._command(), source=self.source)
            self.new.update(refunds=merged.refunds, refund_lines=merged.lines)
            failpoint("import.refunds_merged")
            self.step("refunds", (chunk + 1) / chunks)

    def _stage(self, kind: str, chunk: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"TRUNCATE staged_{kind}, staged_{kind}_line")
        heads = f"""
            SELECT ordinal, number, m.id, placed_at, channel, store, country, currency, total_minor, units
            FROM {kind}_out o LEFT JOIN member_id m ON o.customer = m.value WHERE chunk = ?
        """
        lines = f"""
            SELECT ordinal, p.id, stock_code, description, quantity, unit_price_minor, amount_minor, is_gift, content_key,
                occurrence
            FROM {kind}_line_out l JOIN product_id p ON l.stock_code = p.code WHERE chunk = ?
        """
        copy_rows(self.bench, heads, f"staged_{kind}", _HEAD, [chunk])
        copy_rows(self.bench, lines, f"staged_{kind}_line", _LINE, [chunk])
        with connection.cursor() as cursor:
            cursor.execute(f"ANALYZE staged_{kind}, staged_{kind}_line")

    def _countries(self) -> None:
        """Each member's country is that of the latest order; each change is an event."""
        for share, member_ids in self._people():
            rows = list_country_changes(member_ids)
            with connection.cursor() as cursor:
                cursor.execute("TRUNCATE staged_attribute")
                with cursor.copy("COPY staged_attribute (member_id, changed_at, value) FROM STDIN") as copy:
                    for row in rows:
                        copy.write_row(row)
            change_attributes(**self._command(), attribute="country")
            self.step("countries", share)

    def _unmatched(self) -> None:
        """Refunds that came before their orders find them now."""
        for share, member_ids in self._people():
            lines = list_unmatched_refund_lines(member_ids)
            for start in range(0, len(lines), REFUND_LINES_PER_CHUNK):
                match_refunds(
                    **self._command(), refund_line_ids=lines[start : start + REFUND_LINES_PER_CHUNK]
                )
            self.step("matching", share)

    def _people(self) -> "list[tuple[float, list[UUID]]]":
        ids = [
            row[0] for row in self.bench.execute("SELECT DISTINCT id FROM member_id ORDER BY id").fetchall()
        ]
        starts = range(0, len(ids), PEOPLE_PER_CHUNK)
        return [
            (min(1, (start + PEOPLE_PER_CHUNK) / len(ids)), ids[start : start + PEOPLE_PER_CHUNK])
            for start in starts
        ]


def _plain(value: object) -> object:
    return str(value) if isinstance(value, UUID) else value


def _count(bench: "duckdb.DuckDBPyConnection", select: str) -> int:
    return int(first_row(bench, select)[0])
