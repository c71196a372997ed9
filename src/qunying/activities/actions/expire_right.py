"""Let a right go whose time is over."""

from datetime import datetime
from uuid import UUID

from qunying.activities.models import Right
from qunying.activities.queries.list_rights import UnknownRight
from qunying.activities.rights import release
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act


@action
def expire_right(*, command_id: str, actor: Actor, now: datetime, right_id: UUID) -> str:
    """Give the units of a right back when its time is over, and return its state; else change nothing.

    Raises:
        UnknownRight.
    """
    right = (
        Right.objects.select_for_update(of=["self"]).select_related("activity").filter(pk=right_id).first()
    )
    if right is None:
        raise UnknownRight
    if right.state == Right.State.RESERVED and right.expires_at is not None and right.expires_at <= now:
        release(right, Right.State.EXPIRED, Act(command_id=command_id, actor=actor, now=now))
    return str(right.state)
