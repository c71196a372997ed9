"""A post did not reach its place."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import Placement
from qunying.content.placing import lock_placement
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def fail_placement(*, command_id: str, actor: Actor, now: datetime, placement_id: UUID, reason: str) -> UUID:
    """Note that a post was not sent and why, and return the item's id. It can be moved and so tried again.

    Raises:
        PlacementNotFound, PlacementDone: when it was not on its way.
    """
    placement = lock_placement(placement_id, Placement.State.ON_ITS_WAY)
    placement.state, placement.reason = Placement.State.FAILED, reason[:200]
    placement.save(update_fields=["state", "reason"])
    return placement.item_id
