"""Note that a thing is on its way."""

from datetime import datetime

from qunying.fulfilment.finding import lock_fulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.sending import send_one
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@action
def send_fulfilment(
    *, command_id: str, actor: Actor, now: datetime, number: int, carrier: str, tracking: str
) -> None:
    """Note carrier and tracking number; the member sees them. One that is sent already gets the new ones.

    Raises:
        UnknownFulfilment, FulfilmentState: there is none, or it is over.
        NoAddressYet: the member has not said where, or comes for it.
        BadText: a carrier or number that cannot be.
    """
    found = lock_fulfilment(number, Fulfilment.State.TO_SEND, Fulfilment.State.SENT)
    record(send_one(found, carrier, tracking, now))
    found.save()
