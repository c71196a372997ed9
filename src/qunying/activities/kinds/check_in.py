"""The check-in: once on each day, with prizes for days in a row; missed days can be made up within limits."""

from collections.abc import Iterable
from datetime import date
from typing import Annotated, ClassVar, Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import Field

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.kinds.kind import Kind, Taken, Turn
from qunying.activities.models import Activity, Award, Participation
from qunying.activities.models.check_in import CheckInDay
from qunying.activities.prizes import award_first_left, award_prize
from qunying.activities.rules import MOST_PRIZES, Prize, Settings
from qunying.engines.streaks import marks_due
from qunying.kernel import clock
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind as ProblemKind
from qunying.kernel.problems import Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.events import CHECK_IN_MADE
from qunying.stream.record import NewEvent, record

LONGEST_STREAK = 366
DAILY = "daily"


class AlreadyCheckedIn(Problem):
    """The member has been there today."""

    code = "already_checked_in"
    kind = ProblemKind.CONFLICT
    message = gettext_lazy("You have checked in today. Come again tomorrow.")


class CheckInSettings(Settings):
    """Points of each day, and prizes for days in a row.

    marks: numbers of days in a row, one for each of the prizes. cycle: after so many days in a row the count begins again.
    make_up_back: how many days ago a missed day may be; 0: nothing is made up. make_up_most: how many a member may make up in
    a month. make_up_cost, make_up_points: what one takes: so many points, or one chance of this activity.
    """

    daily_points: int = Field(default=0, ge=0, le=10_000)
    prizes: list[Prize] = Field(default_factory=list, max_length=MOST_PRIZES)
    marks: list[Annotated[int, Field(ge=1, le=LONGEST_STREAK)]] = Field(
        default_factory=list, max_length=MOST_PRIZES
    )
    cycle: int | None = Field(default=None, ge=1, le=LONGEST_STREAK)
    make_up_back: int = Field(default=0, ge=0, le=31)
    make_up_most: int = Field(default=1, ge=1, le=31)
    make_up_cost: Literal["points", "chance"] = "points"
    make_up_points: int = Field(default=0, ge=0, le=100_000)

    def prize_of(self, mark: int) -> Prize:
        """Return the prize of a mark."""
        return self.prizes[self.marks.index(mark)]


class CheckIn(Kind):
    """Something to come back for."""

    slug = "check_in"
    title = gettext_lazy("Check-in")
    summary = gettext_lazy("Members check in once a day and are rewarded for days in a row.")
    settings: ClassVar[type[Settings]] = CheckInSettings
    own_limits = (None, 1)
    progress_template = "activities/progress_check_in.html"

    def checked(self, settings: Settings) -> Settings:
        """Refuse marks that do not fit the prizes or the cycle, and a check-in for nothing."""
        rules = CheckInSettings.model_validate(settings.model_dump())
        if len(rules.marks) != len(rules.prizes):
            raise ValueError(_("there are as many streaks as prizes, one for each"))
        if rules.marks != sorted(set(rules.marks)):
            raise ValueError(_("streaks are told in order, the shortest first, each once"))
        if rules.cycle is not None and rules.marks and rules.marks[-1] > rules.cycle:
            raise ValueError(_("the longest streak is longer than what the count begins again after"))
        if not rules.daily_points and not rules.prizes:
            raise ValueError(_("there is nothing to be given"))
        return rules

    def take(self, turn: Turn) -> Taken:
        """Note the day, give its points and the prizes of the streak."""
        rules: CheckInSettings = self.read(turn.activity)
        today = clock.local_day(turn.act["now"], get_brand().zone)
        if today in days_of(turn.activity, turn.member_id):
            raise AlreadyCheckedIn
        participation = turn.note(landed=today.isoformat())
        note_day(turn.activity, turn.member_id, today, turn.act, made_up=False)
        now = turn.act["now"]
        made = NewEvent(type=CHECK_IN_MADE, occurred_at=now, received_at=now, member_id=turn.member_id)
        record(made)
        awards = []
        if rules.daily_points:
            daily = Prize(
                key=DAILY, name=turn.activity.title, kind="points", amount=rules.daily_points, count=1
            )
            awards.append(
                award_prize(turn.activity, turn.member_id, daily, turn.act, participation=participation)
            )
        found = give_marks(turn.activity, turn.member_id, today, turn.act, participation)
        if found:
            participation.given = found[0].prize
            participation.save(update_fields=["given"])
        return Taken(participation, awards + found)


def rows_of(activity: Activity, member_id: UUID) -> list[CheckInDay]:
    """Return the days of a member, under all of their ids, in order."""
    own = list_own_ids(member_id)
    return list(CheckInDay.objects.filter(activity=activity, member_id__in=own).order_by("day", "id"))


def days_of(activity: Activity, member_id: UUID) -> set[date]:
    """Return on which days a member was there."""
    return {row.day for row in rows_of(activity, member_id)}


def note_day(
    activity: Activity, member_id: UUID, day: date, act: Act, *, made_up: bool, spend_id: UUID | None = None
) -> None:
    """Write a day down. ``spend_id``: the points that making it up took."""
    CheckInDay.objects.create(
        activity=activity,
        member_id=member_id,
        day=day,
        made_up=made_up,
        spend_id=spend_id,
        at=act["now"],
    )


def give_marks(
    activity: Activity, member_id: UUID, day: date, act: Act, participation: Participation | None = None
) -> list[Award]:
    """Give the prizes of the streak with a day in it that were not given yet; a prize that has run out is passed over."""
    rules = CheckInSettings.model_validate(activity.settings)
    rows = rows_of(activity, member_id)
    given = [(mark, row.day) for row in rows for mark in row.marks]
    awards = []
    for due in marks_due((row.day for row in rows), day, rules.marks, given, rules.cycle):
        _remember(rows, due.day, due.mark)
        prize = rules.prize_of(due.mark)
        award = award_first_left(activity, member_id, [prize], act, participation=participation)
        if award is not None:
            awards.append(award)
    return awards


def _remember(rows: Iterable[CheckInDay], day: date, mark: int) -> None:
    row = next(row for row in rows if row.day == day)
    row.marks = [*row.marks, mark]
    row.save(update_fields=["marks"])
