"""Send again what came back."""

from datetime import datetime

from qunying.fulfilment.events import FULFILMENT_REQUESTED, event_of
from qunying.fulfilment.finding import lock_fulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import take_code
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@action
def queue_again(*, command_id: str, actor: Actor, now: datetime, number: int, due_at: datetime) -> None:
    """Put what came back into the queue again; the member says anew where to.

    Raises:
        UnknownFulfilment, FulfilmentState: there is none, or it did not come back.
    """
    found = lock_fulfilment(number, Fulfilment.State.RETURNED)
    found.state, found.way, found.place = Fulfilment.State.TO_SEND, Fulfilment.Way.OPEN, None
    found.sealed_address, found.consent, found.address_at = "", "", None
    found.carrier = found.tracking = ""
    found.sent_at = found.ended_at = None
    found.due_at = due_at
    take_code(found)
    found.save()
    record(event_of(found, FULFILMENT_REQUESTED, now))
