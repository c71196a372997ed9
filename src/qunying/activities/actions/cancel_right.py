"""Give a right up, or a place in a team that is not full yet."""

from datetime import datetime
from uuid import UUID

from qunying.activities.acting import by_the_rules
from qunying.activities.actions.redeem_right import RightNotReserved
from qunying.activities.models import Right
from qunying.activities.queries.list_rights import UnknownRight
from qunying.activities.rights import release
from qunying.activities.teams import leave
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.members.queries.get_member import list_own_ids


@action
def cancel_right(*, command_id: str, actor: Actor, now: datetime, right_id: UUID) -> str:
    """Let a right go and return its state; its units go to whoever comes next. Again changes nothing.

    A leader who leaves gives up a place like everybody else: the team goes on, nobody takes their part.

    Raises:
        UnknownRight: also for a right of another member, when a member asks.
        RightNotReserved: it was used, or has ended otherwise.
    """
    found = Right.objects.filter(pk=right_id).values("member_id", "team_id").first()
    if found is None or (actor.kind == "member" and found["member_id"] not in list_own_ids(UUID(actor.id))):
        raise UnknownRight
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    if found["team_id"] is not None:
        leave(found["team_id"], right_id, act)
    right = Right.objects.select_for_update(of=["self"]).select_related("activity").get(pk=right_id)
    if right.state == Right.State.CANCELLED:
        return str(right.state)
    if not release(right, Right.State.CANCELLED, act):
        raise RightNotReserved(state=str(right.get_state_display()))
    return str(right.state)
