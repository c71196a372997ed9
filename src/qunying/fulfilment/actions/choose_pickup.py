"""A member says where they will come for a thing."""

from datetime import datetime
from uuid import UUID

from qunying.fulfilment.finding import find_place, lock_own
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import give_code
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def choose_pickup(
    *, command_id: str, actor: Actor, now: datetime, number: int, member_id: UUID, place_id: UUID
) -> None:
    """Have a thing wait at a place, to be handed out for a code; an address given before is forgotten.

    Raises:
        UnknownFulfilment, FulfilmentState: it is not theirs, or is on its way.
        UnknownPlace: things cannot be picked up there.
    """
    found = lock_own(number, member_id, Fulfilment.State.TO_SEND)
    found.way, found.place = Fulfilment.Way.PICKUP, find_place(place_id)
    found.sealed_address, found.consent, found.address_at = "", "", None
    if not found.code_fingerprint:
        give_code(found)
    found.save()
