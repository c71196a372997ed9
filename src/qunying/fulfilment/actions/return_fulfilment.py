"""Note that a thing came back."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.events import FULFILMENT_RETURNED, event_of
from qunying.fulfilment.finding import lock_fulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.stream.record import record


@action
def return_fulfilment(*, command_id: str, actor: Actor, now: datetime, number: int, reason: str) -> None:
    """Note that what was sent or handed out is back: the source may now give back what it took for it.

    Raises:
        UnknownFulfilment, FulfilmentState: there is none, or it is not out.
        BadText: no reason.
    """
    found = lock_fulfilment(number, Fulfilment.State.SENT, Fulfilment.State.RECEIVED)
    found.note = checked_text(reason, field=str(_("reason")), max_length=200)
    found.state, found.ended_at = Fulfilment.State.RETURNED, now
    found.save()
    record(event_of(found, FULFILMENT_RETURNED, now, reason=found.note))
