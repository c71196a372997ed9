"""What the first rows of a file would become."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from qunying.intake.orders.fields import count_known
from qunying.intake.orders.judging import judge_rows
from qunying.intake.orders.mapping import MissingColumns, OrderMapping, guess_mapping, places
from qunying.intake.orders.question import Question
from qunying.intake.orders.reasons import REASONS
from qunying.intake.orders.workbench import load_rows, open_workbench
from qunying.intake.queries.find_mapping import get_mapping
from qunying.kernel.files.reading import read_table

LOOKED_AT = 500
SHOWN = 12


@dataclass(frozen=True)
class PreviewRow:
    """One row and what it would become: ``kind`` is order or refund; ``reason`` says why it would not be accepted."""

    row: int
    number: str
    placed_at: datetime | None
    customer: str
    product: str
    quantity: int | None
    amount_minor: int | None
    currency: str
    kind: str
    is_gift: bool
    reason: str


@dataclass(frozen=True)
class Preview:
    """The header, a sample of each column, the mapping that was used, and the first rows or what stands in their way."""

    header: list[str]
    samples: Mapping[str, str]
    mapping: OrderMapping
    rows: list[PreviewRow] = field(default_factory=list)
    notes: Mapping[str, str] = field(default_factory=dict)
    problem: str = ""


def preview_import(
    path: Path,
    *,
    zone: str,
    currency: str,
    now: datetime,
    mapping: OrderMapping | None = None,
    mapping_name: str = "",
) -> Preview:
    """Read the beginning of a file of orders.

    Args:
        path: the file.
        zone: of times that name none.
        currency: of rows that name none.
        now: the present instant.
        mapping: how to read it; None to take the named one or go by the headers.
        mapping_name: a saved or ready mapping.

    Raises:
        What reading the file raises; a mapping that does not fit it is told in the answer.
    """
    table = read_table(path, count_known)
    if mapping is None:
        mapping = get_mapping(mapping_name, table.header) if mapping_name else guess_mapping(table.header)
    try:
        found = places(mapping, table.header)
    except MissingColumns as problem:
        return Preview(table.header, {}, mapping, problem=str(problem))
    with open_workbench() as bench:
        load_rows(bench, table, found, limit=LOOKED_AT)
        question = Question(
            options=mapping.options,
            fields=frozenset(found),
            zone=zone,
            currency=currency,
            drop_repeats=False,
            now=now,
            is_clean="replaced" not in table.notes,
        )
        reading = judge_rows(bench, question)
        notes = dict(table.notes)
        if reading.dates.order:
            notes["dates"] = reading.dates.order
        return Preview(table.header, _samples(bench, mapping), mapping, _rows(bench), notes)


def _samples(bench: Any, mapping: OrderMapping) -> dict[str, str]:
    texts = ", ".join(f"any_value({name})" for name in mapping.columns)
    row = bench.execute(f"SELECT {texts} FROM raw").fetchall()[0]  # noqa: S608 - checked field names
    return {
        name: str(text or "")[:60].replace("\x00", "")
        for name, text in zip(mapping.columns, row, strict=True)
    }


def _rows(bench: Any) -> list[PreviewRow]:
    rows = bench.execute(
        "SELECT row, number, instant, customer, coalesce(nullif(description, ''), stock_code), quantity, amount_minor,"
        " currency, kind, is_gift, reason FROM judged ORDER BY row LIMIT ?",
        [SHOWN],
    ).fetchall()
    return [
        PreviewRow(
            row=row,
            number=(number or "").replace("\x00", ""),
            placed_at=instant.replace(tzinfo=UTC) if instant else None,
            customer=customer or "",
            product=(product or "").replace("\x00", "")[:80],
            quantity=None if quantity is None else int(quantity),
            amount_minor=amount,
            currency=currency or "",
            kind=kind,
            is_gift=bool(is_gift),
            reason=str(REASONS[reason]) if reason else "",
        )
        for row, number, instant, customer, product, quantity, amount, currency, kind, is_gift, reason in rows
    ]
