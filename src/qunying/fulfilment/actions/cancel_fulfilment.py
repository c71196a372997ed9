"""Its source does not want a thing sent any more."""

from datetime import datetime
from uuid import UUID

from qunying.fulfilment.events import FULFILMENT_CANCELLED, event_of
from qunying.fulfilment.finding import UnknownFulfilment, refuse_state
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@action
def cancel_fulfilment(
    *, command_id: str, actor: Actor, now: datetime, source: str, source_id: UUID, reason: str = ""
) -> None:
    """Take a thing out of the queue, or close one that came back. What is on its way cannot be cancelled.

    Only the source calls this, in the transaction in which it gives back what it took.

    Raises:
        UnknownFulfilment, FulfilmentState: it was never asked for, or is on its way or with the member.
    """
    locked = Fulfilment.objects.select_for_update()
    found = locked.filter(source=source, source_id=source_id).first()
    if found is None:
        raise UnknownFulfilment
    if found.state not in {Fulfilment.State.TO_SEND, Fulfilment.State.RETURNED}:
        raise refuse_state(found)
    found.state, found.ended_at, found.note = Fulfilment.State.CANCELLED, now, reason[:200]
    found.save()
    record(event_of(found, FULFILMENT_CANCELLED, now, reason=found.note))
