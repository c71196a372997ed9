"""Move what is planned to another time."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.drafting import WrongItemState
from qunying.content.models import Placement
from qunying.content.placing import MOVABLE, check_time, lock_placement
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class Moved:
    """The place and its time now."""

    placement_id: UUID
    planned_at: datetime


@action
def move_placement(
    *, command_id: str, actor: Actor, now: datetime, placement_id: UUID, planned_at: datetime
) -> Moved:
    """Give a place another time, as long as it is not out; a post that did not work is tried again then.

    Raises:
        PlacementNotFound, PlacementDone, WrongItemState, TimeNotPossible.
    """
    placement = lock_placement(placement_id, Placement.State.PLANNED, Placement.State.FAILED)
    if placement.item.state not in MOVABLE:
        raise WrongItemState(state=str(placement.item.get_state_display()))
    check_time(planned_at, now, placement.item)
    placement.planned_at, placement.state, placement.reason = planned_at, Placement.State.PLANNED, ""
    placement.save(update_fields=["planned_at", "state", "reason"])
    return Moved(placement.id, planned_at)
