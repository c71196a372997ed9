"""A member takes part in an activity."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import ACTIVITY_JOINED
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.kind import LONGEST_CHOICE, Turn
from qunying.activities.taking_together import take_together
from qunying.activities.telling import tell
from qunying.activities.took_part import TookPart, told
from qunying.activities.turns_for_points import take_or_buy_turn
from qunying.kernel.actions import Running, hot_action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.wording import checked_text


def _together(running: Running, _body_hash: str, arguments: Mapping[str, Any]) -> TookPart | None:
    """Go with those who ask at the same moment, where many are served at once."""
    return take_together(take_part, running, arguments)


@hot_action(_together)
def take_part(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    member_id: UUID,
    choice: str = "",
    pay_points: int = 0,
) -> TookPart:
    """Take part once, whatever the kind: eligible, within the limits, then what the kind does.

    A rush is served together (``taking_together``); this is the plain way for everything else, and what that is
    compared with.

    Args:
        choice: what the member typed or chose, where the kind asks: a word for the wheel, an answer.
        pay_points: what the member agreed to pay for this turn, as it was shown, if it is not free; 0: they do not pay.

    Raises:
        UnknownActivity, MemberNotFound.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: not now, or not they.
        TurnsUsedUp, NothingLeft: as often as allowed; everything is gone.
        TurnCostsOther, TooFewPoints: the turn is not free, and not paid so.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.take_part")
    act = Act(command_id=command_id, actor=actor, now=now)
    activity = join_activity(activity_id)
    member = check_eligible(activity, member_id, now)
    said = checked_text(choice, field="choice", max_length=LONGEST_CHOICE, may_be_empty=True)
    number, spend_id = take_or_buy_turn(activity, member, pay_points, act)
    taken = kind_of(activity.kind).take(Turn(activity, member, number, said, act, spend_id))
    given = taken.participation.given
    tell(ACTIVITY_JOINED, activity, now, member, number=str(number), given=given)
    return told(taken)
