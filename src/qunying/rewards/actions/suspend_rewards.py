"""Let a member get no rewards for a time or for good."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_member
from qunying.members.queries.list_existing import list_as_written
from qunying.rewards.models import Suspension


@action
def suspend_rewards(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, until: datetime | None, reference: str
) -> None:
    """Let a member claim and be granted nothing; what they have already stays theirs.

    It hangs on the id that it is set for, so that it follows merging and its undoing.

    Args:
        until: when it ends by itself; None means when it is lifted.
        reference: what asks for it; lifting goes by it.

    Raises:
        MemberNotFound: there is no such member.
    """
    present = get_member(member_id).id
    Suspension.objects.create(
        member_id=list_as_written([member_id]).get(member_id, present),
        reference=reference,
        since=now,
        until=until,
        set_by=actor.key,
    )
