"""Write down a place where members pick things up."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.finding import UnknownPlace
from qunying.fulfilment.models import PickupPlace
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def write_place(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    address: str,
    hours: str = "",
    is_open: bool = True,
    place_id: UUID | None = None,
) -> UUID:
    """Add a place, or change one; one that is closed keeps what waits there and takes nothing more.

    Raises:
        UnknownPlace: there is no such place.
        BadText: no name or address.
    """
    place = PickupPlace() if place_id is None else PickupPlace.objects.filter(pk=place_id).first()
    if place is None:
        raise UnknownPlace
    place.name = checked_text(name, field=str(_("name")), max_length=60)
    place.address = checked_text(address, field=str(_("address")), max_length=200)
    place.hours = checked_text(hours, field=str(_("opening hours")), max_length=100, may_be_empty=True)
    place.is_open = is_open
    place.save()
    return place.id
