"""A member takes part in an activity."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import ACTIVITY_JOINED
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.kind import Turn
from qunying.activities.limits import take_turn
from qunying.activities.telling import tell
from qunying.activities.words import Words
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.wording import checked_text

LONGEST_CHOICE = 200


@dataclass(frozen=True)
class PrizeTold:
    """A prize as it is told to whoever won it."""

    award_id: UUID
    name: str
    kind: str
    amount: int
    state: str


@dataclass(frozen=True)
class TookPart:
    """What came of it: which of the member's times it was, its serial among all, what was won.

    right_id, team_id: the right to buy, and the team in which it waits for others.
    """

    participation_id: UUID
    number: int
    serial: int | None
    landed: str
    prizes: list[PrizeTold] = field(default_factory=list)
    right_id: UUID | None = None
    team_id: UUID | None = None


@action
def take_part(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID, choice: str = ""
) -> TookPart:
    """Take part once, whatever the kind: eligible, within the limits, then what the kind does.

    Args:
        choice: what the member typed or chose, where the kind asks: a word for the wheel, an answer.

    Raises:
        UnknownActivity, MemberNotFound.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: not now, or not they.
        TurnsUsedUp, NothingLeft: as often as allowed; everything is gone.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.take_part")
    words = Words(command_id=command_id, actor=actor, now=now)
    activity = join_activity(activity_id)
    member = check_eligible(activity, member_id, now)
    said = checked_text(choice, field="choice", max_length=LONGEST_CHOICE, may_be_empty=True)
    number = take_turn(activity, member, **words)
    taken = kind_of(activity.kind).take(Turn(activity, member, number, said, words))
    part = taken.participation
    tell(ACTIVITY_JOINED, activity, now, member, number=str(number), given=part.given)
    prizes = [PrizeTold(a.id, a.name, a.kind, a.amount, a.state) for a in taken.awards]
    right = taken.right
    return TookPart(
        part.id,
        number,
        part.serial,
        part.landed,
        prizes,
        right_id=right.id if right else None,
        team_id=right.team_id if right else None,
    )
