"""Note that a thing has arrived."""

from datetime import datetime
from uuid import UUID

from qunying.fulfilment.events import FULFILMENT_RECEIVED, event_of
from qunying.fulfilment.finding import lock_fulfilment, lock_own
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@action
def receive_fulfilment(
    *, command_id: str, actor: Actor, now: datetime, number: int, member_id: UUID | None = None
) -> None:
    """Note that what was sent has arrived.

    Args:
        member_id: the member who says so; None: staff do.

    Raises:
        UnknownFulfilment, FulfilmentState: there is none of theirs, or it is not on its way.
    """
    if member_id is None:
        found = lock_fulfilment(number, Fulfilment.State.SENT)
    else:
        found = lock_own(number, member_id, Fulfilment.State.SENT)
    found.state, found.ended_at = Fulfilment.State.RECEIVED, now
    found.save()
    record(event_of(found, FULFILMENT_RECEIVED, now, way=found.way))
