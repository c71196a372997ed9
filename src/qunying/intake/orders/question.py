"""What the rows of a file are read with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from qunying.intake.orders.mapping import Options


@dataclass(frozen=True)
class Question:
    """How to read and judge the rows.

    Attributes:
        options: the habits of the system that wrote the file.
        fields: the fields that have a column.
        zone: of times that name none.
        currency: of rows that name none.
        drop_repeats: whether exact repeats are rejected.
        now: the present instant; orders of the future are rejected.
        is_clean: whether every byte of the file could be read.
        known_currencies: number → currency of orders that are in the books already.
    """

    options: Options
    fields: frozenset[str]
    zone: str
    currency: str
    drop_repeats: bool
    now: datetime
    is_clean: bool = True
    known_currencies: Mapping[str, str] = field(default_factory=dict)

    @property
    def money_field(self) -> str:
        """The field that says what a row is worth: its own amount, its share of the order's, or price × quantity."""
        return next(name for name in ("line_amount", "order_amount", "unit_price") if name in self.fields)
