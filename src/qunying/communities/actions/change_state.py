"""Move a community on in its life: forming, active, quiet, closed."""

from datetime import datetime
from uuid import UUID

from qunying.communities.chronicle import note_state
from qunying.communities.models import Community
from qunying.communities.profile import CommunityFieldInvalid
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def change_state(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, state: str, reason: str = ""
) -> None:
    """Put a community into another state. A closed one lets nobody in; its people and history stay.

    Raises:
        CommunityNotFound: when there is none.
        CommunityFieldInvalid: when there is no such state.
        BadText: when the reason is too long.
    """
    if state not in Community.State.values:
        raise CommunityFieldInvalid(field="state", value=state[:50])
    reason = checked_text(reason, field="reason", max_length=300, may_be_empty=True)
    community = Community.objects.select_for_update(no_key=True).filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    old, community.state = community.state, state
    community.save(update_fields=["state"])
    note_state(community, old, now, reason)
