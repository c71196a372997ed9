"""A member says where a thing is to be sent."""

from datetime import datetime
from uuid import UUID

from qunying.fulfilment.addresses import Address, AddressNeedsConsent, checked_address, sealed
from qunying.fulfilment.finding import lock_own
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import take_code
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def choose_address(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    number: int,
    member_id: UUID,
    address: Address,
    consent: str,
) -> None:
    """Keep the address for this one thing, sealed, with the sentence that was agreed to.

    Raises:
        UnknownFulfilment, FulfilmentState: it is not theirs, or is on its way.
        AddressNeedsConsent: nothing was agreed to.
        BadText, BadPhone: it could not be written on a parcel.
    """
    found = lock_own(number, member_id, Fulfilment.State.TO_SEND)
    if not consent.strip():
        raise AddressNeedsConsent
    found.sealed_address, found.consent, found.address_at = (
        sealed(checked_address(address)),
        consent[:500],
        now,
    )
    found.way, found.place = Fulfilment.Way.POST, None
    take_code(found)
    found.save()
