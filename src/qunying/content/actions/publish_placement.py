"""Bring an item to one of its places."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from qunying.content.drafting import WrongItemState
from qunying.content.models import Placement
from qunying.content.placing import APPROVED, lock_placement, variant_for
from qunying.content.platforms import MEMBER_WEB
from qunying.content.publishing import note_published, post_to_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Problem


@action
def publish_placement(*, command_id: str, actor: Actor, now: datetime, placement_id: UUID) -> Placement.State:
    """Publish an approved item at one place, and return how it is there.

    Our own page shows it at once. A post to a community goes through the messages noun, and counts as published when
    that says so. An account elsewhere waits for a person. What refuses a post is kept with the place.

    Raises:
        PlacementNotFound, PlacementDone: when there is nothing to publish.
        WrongItemState: when the item is not approved.
    """
    placement = lock_placement(placement_id)
    if placement.item.state not in APPROVED:
        raise WrongItemState(state=str(placement.item.get_state_display()))
    variant = variant_for(placement)
    if variant is None:
        return _set(placement, Placement.State.FAILED, _("There is no text for it."))
    if placement.community_id is not None:
        try:
            post_to_community(placement, variant, command_id=command_id, actor=actor, now=now)
        except Problem as problem:
            return _set(placement, Placement.State.FAILED, str(problem))
        return _set(placement, Placement.State.ON_ITS_WAY)
    if placement.platform == MEMBER_WEB:
        note_published(placement, now)
        return Placement.State.PUBLISHED
    return _set(placement, Placement.State.BY_HAND)


def _set(placement: Placement, state: Placement.State, reason: str = "") -> Placement.State:
    placement.state, placement.reason = state, reason[:200]
    placement.save(update_fields=["state", "reason"])
    return state
