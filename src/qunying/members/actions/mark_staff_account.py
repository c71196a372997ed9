"""A member is one of us."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.events import STAFF_MARKED
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


@action
def mark_staff_account(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, is_staff: bool
) -> bool:
    """Mark a member as a staff or test account (never counted, never in a draw), or take the mark off.

    Returns:
        Whether anything changed.

    Raises:
        MemberNotFound: when there is no such member.
    """
    member = lock_living_member(member_id)
    if member.is_staff == is_staff:
        return False
    member.is_staff = is_staff
    member.save(update_fields=["is_staff"])
    record(
        NewEvent(
            type=STAFF_MARKED,
            occurred_at=now,
            received_at=now,
            member_id=member.id,
            properties={"new": "yes" if is_staff else "no", "actor": actor.key},
        )
    )
    return True
