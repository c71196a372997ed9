"""Make up a day that was missed in a check-in."""

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import WrongActivityState, join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import DAY_MADE_UP
from qunying.activities.kinds.check_in import CheckIn, CheckInSettings, give_marks, note_day
from qunying.activities.limits import hold_turns, use_chance
from qunying.activities.models import Activity
from qunying.activities.queries.get_streak import get_streak
from qunying.activities.telling import tell
from qunying.activities.took_part import PrizeTold
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.balances import InsufficientBalance
from qunying.rewards.actions.spend_points import spend_points


class DayNotMissed(Problem):
    """The day cannot be made up: it was not missed, it is too long ago, or it has not come yet."""

    code = "day_not_missed"
    kind = Kind.CONFLICT
    message = _("{day} cannot be made up.")


class MakeUpsUsedUp(Problem):
    """The member has made up as many days as a month allows."""

    code = "make_ups_used_up"
    kind = Kind.CONFLICT
    message = _("You have made up as many days as you may in a month.")


class MakeUpTooDear(Problem):
    """The member has not what a make-up takes."""

    code = "make_up_too_dear"
    kind = Kind.CONFLICT
    message = _("You have too few points or chances to make up a day.")


@dataclass(frozen=True)
class DayMadeUp:
    """The day, how many days in a row there are now, and what that brought."""

    day: date
    in_a_row: int
    prizes: list[PrizeTold] = field(default_factory=list)


@action
def make_up_day(
    *, command_id: str, actor: Actor, now: datetime, activity_id: UUID, member_id: UUID, day: date
) -> DayMadeUp:
    """Count a missed day as if the member had checked in, for points or a chance.

    Raises:
        UnknownActivity, MemberNotFound.
        WrongActivityState: it is no check-in.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: as taking part.
        DayNotMissed, MakeUpsUsedUp, MakeUpTooDear.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.make_up_day")
    act = Act(command_id=command_id, actor=actor, now=now)
    activity = join_activity(activity_id)
    if activity.kind != CheckIn.slug:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    member = check_eligible(activity, member_id, now)
    hold_turns(activity, member, now)
    streak = get_streak(activity, member, now)
    if day not in streak.missed:
        raise DayNotMissed(day=day.isoformat())
    if not streak.make_ups_left:
        raise MakeUpsUsedUp
    spend_id = _pay(activity, member, act)
    note_day(activity, member, day, act, made_up=True, spend_id=spend_id)
    awards = give_marks(activity, member, day, act)
    tell(DAY_MADE_UP, activity, now, member, day=day.isoformat())
    prizes = [PrizeTold.of(award) for award in awards]
    return DayMadeUp(day, get_streak(activity, member, now).in_a_row, prizes)


def _pay(activity: Activity, member_id: UUID, act: Act) -> UUID | None:
    """Take what a make-up costs, and return the transaction when that is points."""
    rules = CheckInSettings.model_validate(activity.settings)
    try:
        if rules.make_up_cost == "chance":
            use_chance(activity, member_id, act)
        elif rules.make_up_points:
            return spend_points(
                **by_the_rules(act),
                member_id=member_id,
                amount=rules.make_up_points,
                reason=activity.title,
                campaign_id=activity.campaign_id,
            ).transaction_id
    except InsufficientBalance as error:
        raise MakeUpTooDear from error
    return None
