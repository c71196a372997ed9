"""An item is to be seen at a place, as the channel or a person says."""

from datetime import datetime
from uuid import UUID

from qunying.content.drafting import WrongItemState, checked_link
from qunying.content.models import Placement
from qunying.content.placing import APPROVED, lock_placement
from qunying.content.publishing import note_published
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

_OPEN = (Placement.State.ON_ITS_WAY, Placement.State.BY_HAND, Placement.State.FAILED)


@action
def confirm_placement(
    *, command_id: str, actor: Actor, now: datetime, placement_id: UUID, url: str = ""
) -> UUID:
    """Note that an item is out at a place, with its address there, and return the item's id.

    Raises:
        PlacementNotFound, PlacementDone: when nobody waits for it.
        WrongItemState: when the item was taken back meanwhile.
        BadContentLink: when the address is none.
    """
    placement = lock_placement(placement_id, *_OPEN)
    if placement.item.state not in APPROVED:
        raise WrongItemState(state=str(placement.item.get_state_display()))
    placement.url = checked_link(url)
    note_published(placement, now)
    return placement.item_id
