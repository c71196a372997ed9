"""Take a place out of the plan."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import State
from qunying.content.models import Placement
from qunying.content.placing import lock_placement
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class LastPlace(Problem):
    """A scheduled item would have nowhere to go."""

    code = "last_placement"
    kind = Kind.CONFLICT
    message = _("This is the only place of a scheduled item. Take the item back to a draft first.")


@action
def remove_placement(*, command_id: str, actor: Actor, now: datetime, placement_id: UUID) -> UUID:
    """Remove a place that is not out yet, or did not work, and return its item's id.

    Raises:
        PlacementNotFound, PlacementDone, LastPlace.
    """
    placement = lock_placement(placement_id, Placement.State.PLANNED, Placement.State.FAILED)
    others = placement.item.placements.exclude(pk=placement.pk)
    if placement.item.state == State.SCHEDULED and not others.exists():
        raise LastPlace
    placement.delete()
    return placement.item_id
