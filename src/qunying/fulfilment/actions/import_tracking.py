"""Note the tracking numbers of many things at once."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.finding import UnknownFulfilment, refuse_state
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.sending import send_one
from qunying.fulfilment.tracking_file import MOST_ROWS, TrackingRow
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import NewEvent, record

State = Fulfilment.State


class TooManyRows(Problem):
    """More rows than are taken at once."""

    code = "too_many_tracking_rows"
    kind = Kind.INVALID
    message = _("At most {limit} rows at once.")


@dataclass(frozen=True)
class RowFault:
    """A row that was left out: its number in the file, the code and the words of the problem."""

    row: int
    code: str
    text: str


@dataclass(frozen=True)
class TrackingImported:
    """How many things were noted as sent, were so before, had no tracking number; and what was wrong."""

    sent: int
    unchanged: int
    empty: int
    faults: list[RowFault]


@action
def import_tracking(
    *, command_id: str, actor: Actor, now: datetime, rows: list[TrackingRow]
) -> TrackingImported:
    """Note as sent what the rows say; a row that cannot be is told and left out, the others count.

    The same rows again change nothing.

    Raises:
        TooManyRows: above 5,000.
    """
    if len(rows) > MOST_ROWS:
        raise TooManyRows(limit=MOST_ROWS)
    filled = [row for row in rows if row.tracking.strip()]
    locked = Fulfilment.objects.select_for_update().order_by("pk")
    known = {found.id: found for found in locked.filter(pk__in={row.number for row in filled})}
    events: list[NewEvent] = []
    changed: dict[int, Fulfilment] = {}
    faults, unchanged = [], 0
    for row in filled:
        try:
            found = _waiting(known.get(row.number))
            if found.state == State.SENT and (found.carrier, found.tracking) == (
                row.carrier.strip(),
                row.tracking.strip(),
            ):
                unchanged += 1
                continue
            events.append(send_one(found, row.carrier, row.tracking, now))
            changed[found.id] = found
        except Problem as problem:
            faults.append(RowFault(row.row, problem.code, str(problem)))
    Fulfilment.objects.bulk_update(
        changed.values(), ["state", "carrier", "tracking", "sent_at"], batch_size=500
    )
    record(*events)
    return TrackingImported(len(changed), unchanged, len(rows) - len(filled), faults[:200])


def _waiting(found: Fulfilment | None) -> Fulfilment:
    if found is None:
        raise UnknownFulfilment
    if found.state not in {State.TO_SEND, State.SENT}:
        raise refuse_state(found)
    return found
