"""Hand a thing out in a store for its code."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.events import FULFILMENT_RECEIVED, event_of
from qunying.fulfilment.finding import refuse_state
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import code_print
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import record


class UnknownPickupCode(Problem):
    """Nothing waits for this code."""

    code = "unknown_pickup_code"
    kind = Kind.NOT_FOUND
    message = _("Nothing waits for this code. Check the digits.")


@dataclass(frozen=True)
class HandedOver:
    """What was handed out."""

    number: int
    title: str
    quantity: int
    member_id: UUID


@action
def hand_over(*, command_id: str, actor: Actor, now: datetime, code: str) -> HandedOver:
    """Hand out the thing that waits for a code, once.

    Doors count tries before they call this: thirty a minute.

    Raises:
        UnknownPickupCode: nothing waits for it.
        FulfilmentState: it was handed out before, or cancelled.
    """
    found = Fulfilment.objects.select_for_update().filter(code_fingerprint=code_print(code)).first()
    if found is None:
        raise UnknownPickupCode
    if found.state != Fulfilment.State.TO_SEND:
        raise refuse_state(found)
    found.state, found.ended_at = Fulfilment.State.RECEIVED, now
    found.save()
    record(event_of(found, FULFILMENT_RECEIVED, now, way=found.way))
    return HandedOver(found.id, found.title, found.quantity, found.member_id)
