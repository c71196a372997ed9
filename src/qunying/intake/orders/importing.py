"""One import of orders from file to shop: read, judge, write the error file, merge."""

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qunying.intake.orders.error_file import count_reasons, write_error_file
from qunying.intake.orders.fields import count_known
from qunying.intake.orders.gathering import Counts, count, gather
from qunying.intake.orders.judging import Reading, judge_rows
from qunying.intake.orders.lock import import_lock
from qunying.intake.orders.mapping import OrderMapping, guess_mapping, places
from qunying.intake.orders.merging import Merge
from qunying.intake.orders.question import Question
from qunying.intake.orders.workbench import first_row, load_rows, open_workbench
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import failpoint
from qunying.kernel.files.reading import read_table
from qunying.shop.queries.list_known_currencies import list_known_currencies

if TYPE_CHECKING:
    import duckdb

# Called with the stage and the share of it that is done; may raise to stop the import between two steps.
type Step = Callable[[str, float], None]


@dataclass(frozen=True)
class ImportRequest:
    """What to import and how. Without a mapping the headers decide."""

    path: Path
    zone: str
    currency: str
    mapping: OrderMapping | None = None
    dry_run: bool = False
    drop_repeats: bool = False


@dataclass(frozen=True)
class Outcome:
    """What came of an import.

    The counts of the file, what was new, why rows were rejected, and how the file was read.
    """

    counts: Counts
    seconds: float
    errors_file: str | None
    currency: str
    mapping: dict[str, Any]
    new: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    notes: dict[str, str] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the one object that doors show."""
        return {
            **asdict(self.counts),
            **{name: value for name, value in asdict(self).items() if name != "counts"},
        }


def import_orders(
    request: ImportRequest, errors_path: Path, *, actor: Actor, now: datetime, step: Step
) -> Outcome:
    """Import a file of orders; with ``dry_run`` everything but the writing.

    Safe to repeat, also after being killed: the counts are the file's, and what is known already is not
        written again.

    Args:
        request: what to import.
        errors_path: where the rejected rows are listed, if there are any.
        actor: who imports.
        now: the present instant.
        step: hears of progress.

    Raises:
        Problem: when the file cannot be read as orders at all; nothing was written then.
    """
    started = time.monotonic()
    step("reading", 0)
    table = read_table(request.path, count_known)
    mapping = request.mapping or guess_mapping(table.header)
    found = places(mapping, table.header)
    with open_workbench() as bench:
        load_rows(bench, table, found)
        step("checking", 0)
        question = Question(
            options=mapping.options,
            fields=frozenset(found),
            zone=request.zone,
            currency=request.currency,
            drop_repeats=request.drop_repeats,
            now=now,
            is_clean="replaced" not in table.notes,
            known_currencies=list_known_currencies(
                mapping.options.source, None if "currency" in found else request.currency
            ),
        )
        reading = judge_rows(bench, question)
        gather(bench)
        counts = count(bench)
        headers = {name: table.header[place] for name, place in found.items()}
        errors_file = write_error_file(bench, errors_path, headers) if counts.rejected else None
        failpoint("import.judged")
        new = {} if request.dry_run else _merge(bench, mapping.options.source, actor, now, step)
        return Outcome(
            counts=counts,
            seconds=round(time.monotonic() - started, 2),
            errors_file=str(errors_file) if errors_file else None,
            currency=request.currency,
            mapping=mapping.as_json(),
            new=new,
            reasons=count_reasons(bench),
            notes={**table.notes, **_notes(bench, reading)},
        )


def _merge(
    bench: "duckdb.DuckDBPyConnection", source: str, actor: Actor, now: datetime, step: Step
) -> dict[str, int]:
    with import_lock(step):
        merge = Merge(bench, source, actor, now, step)
        merge.run()
        return dict(merge.new)


def _notes(bench: "duckdb.DuckDBPyConnection", reading: Reading) -> dict[str, str]:
    """Return how whole columns were understood, for people to check."""
    notes = {}
    if reading.dates.order:
        notes["dates"] = {"day": "day/month/year", "month": "month/day/year"}.get(
            reading.dates.order, "mixed"
        )
    if reading.dates.gap_times:
        notes["times_in_clock_change"] = str(reading.dates.gap_times)
    if reading.comma_is_decimal:
        notes["decimal_mark"] = ","
    if masked := first_row(bench, "SELECT count(*) FROM raw WHERE contains(customer, '*')")[0]:
        notes["masked_customers"] = str(masked)
    return notes
