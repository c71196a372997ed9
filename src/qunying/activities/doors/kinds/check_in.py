"""A check-in: what staff are asked, the member's calendar, making up a day."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Query, Router, Schema

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.actions.make_up_day import make_up_day
from qunying.activities.doors.kinds.door import KindDoor
from qunying.activities.kinds.check_in import LONGEST_STREAK, CheckIn, CheckInSettings, rows_of
from qunying.activities.models import Activity
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.get_streak import Streak, get_streak
from qunying.activities.took_part import PrizeTold, TookPart
from qunying.engines.streaks import streak_on
from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, act_of
from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page

MOST_MONTHS = 2


class CheckInForm(forms.Form):
    """A check-in: what a day brings, which streaks have a prize, what can be made up."""

    daily_points = forms.IntegerField(
        label=_("Points for each day"),
        min_value=0,
        max_value=10_000,
        initial=5,
        required=False,
        help_text=_("Earning rules for check-ins give theirs besides."),
    )
    marks = forms.CharField(
        label=_("Prizes for days in a row"),
        required=False,
        max_length=100,
        initial="3, 7, 15, 30",
        help_text=_("One number of days for each prize below, in their order, such as 3, 7, 15, 30."),
    )
    cycle = forms.IntegerField(
        label=_("The count begins again after (days)"),
        min_value=1,
        max_value=LONGEST_STREAK,
        required=False,
        help_text=_("Empty: it goes on, and every streak is rewarded once."),
    )
    make_up_back = forms.IntegerField(
        label=_("Days that can be made up afterwards"),
        min_value=0,
        max_value=31,
        initial=7,
        required=False,
        help_text=_("How many days ago a missed day may be; 0: none."),
    )
    make_up_most = forms.IntegerField(
        label=_("Make-ups per member and month"), min_value=1, max_value=31, initial=3, required=False
    )
    make_up_cost = forms.ChoiceField(
        label=_("A make-up takes"),
        choices=[("points", _("points")), ("chance", _("one chance of this activity"))],
        required=False,
    )
    make_up_points = forms.IntegerField(
        label=_("Points for a make-up"), min_value=0, max_value=100_000, initial=20, required=False
    )

    def clean_marks(self) -> list[int]:
        """Return the numbers that were typed."""
        parts = self.cleaned_data["marks"].replace("，", ",").replace("、", ",").replace(" ", ",").split(",")
        try:
            return [int(part) for part in parts if part]
        except ValueError as error:
            raise forms.ValidationError(_("Whole numbers with commas between them.")) from error

    def settings(self, currency: str) -> dict[str, Any]:  # noqa: ARG002
        """Return the settings without the prizes."""
        typed = self.cleaned_data
        return {
            "daily_points": typed.get("daily_points") or 0,
            "marks": typed["marks"],
            "cycle": typed.get("cycle"),
            "make_up_back": typed.get("make_up_back") or 0,
            "make_up_most": typed.get("make_up_most") or 1,
            "make_up_cost": typed.get("make_up_cost") or "points",
            "make_up_points": typed.get("make_up_points") or 0,
        }

    @staticmethod
    def initial_of(settings: dict[str, Any], currency: str) -> dict[str, Any]:  # noqa: ARG004
        """Return what the form shows of settings."""
        return {**settings, "marks": ", ".join(map(str, settings["marks"]))}


@dataclass(frozen=True)
class DayShown:
    """A day of the calendar: done, made_up, missed, today, ahead, or empty outside of the month or the activity."""

    number: int
    look: str


@dataclass(frozen=True)
class MonthShown:
    """A month of the calendar, week by week from Monday."""

    first: date
    weeks: list[list[DayShown]]


def month_of(first: date, streak: Streak, today: date, opened: date) -> MonthShown:
    """Return one month of a member's calendar."""
    weeks = Calendar().monthdatescalendar(first.year, first.month)
    return MonthShown(
        first, [[_day(day, first.month, streak, today, opened) for day in week] for week in weeks]
    )


def _day(day: date, month: int, streak: Streak, today: date, opened: date) -> DayShown:
    if day.month != month:
        return DayShown(0, "none")
    if day in streak.days:
        return DayShown(day.day, "made" if streak.days[day] else "done")
    if day == today:
        return DayShown(day.day, "today")
    return DayShown(day.day, "missed" if opened <= day < today else "ahead")


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> Mapping[str, Any]:
    """Return the streak, this month and the one before it, and what a make-up takes."""
    rules, zone = CheckInSettings.model_validate(activity.settings), get_brand().zone
    told: dict[str, Any] = {
        "rules": rules,
        "marks": [(mark, rules.prize_of(mark).name) for mark in rules.marks],
        "weekdays": [WEEKDAYS_ABBR[number] for number in range(7)],
    }
    if member_id is None:
        return told
    streak = get_streak(activity, member_id, now)
    today = clock.local_day(min(now, activity.closes_at - timedelta(seconds=1)), zone)
    opened = clock.local_day(activity.opens_at, zone)
    months: list[MonthShown] = []
    first = today.replace(day=1)
    while len(months) < MOST_MONTHS and (not months or first >= opened.replace(day=1)):
        months.append(month_of(first, streak, today, opened))
        first = (first - timedelta(days=1)).replace(day=1)
    next_prize = rules.prize_of(streak.next_mark).name if streak.next_mark else ""
    return {
        **told,
        "streak": streak,
        "months": months,
        "next_prize": next_prize,
        "may_play": True,
        "left": None,
    }


def tell_day(activity: Activity, took: TookPart) -> str:
    """Return the sentence that counts the days in a row and names what they brought."""
    member = activity.parts.values_list("member_id", flat=True).get(pk=took.participation_id)
    days = {row.day for row in rows_of(activity, member)}
    return _told(streak_on(days, date.fromisoformat(took.landed)), took.prizes)


def _told(in_a_row: int, prizes: list[PrizeTold]) -> str:
    said = ngettext("Checked in: {days} day in a row.", "Checked in: {days} days in a row.", in_a_row)
    told = said.format(days=in_a_row)
    if not prizes:
        return told
    names = [
        ngettext("{count} point", "{count} points", prize.amount).format(count=prize.amount)
        if prize.kind == "points"
        else prize.name
        for prize in prizes
    ]
    return f"{told} " + gettext("You got: {prizes}").format(prizes=", ".join(names))


@require_POST
@signed_in_member_page
def make_up(request: MemberRequest, activity_id: UUID) -> HttpResponse:
    """Make up a missed day. Points are paid only by who has shown that a contact is theirs."""
    found = get_activity(activity_id)  # one that is not there is said to be missing, whatever day was typed
    page = reverse("activities.play", args=[activity_id])
    if _takes_points(found) and not request.member_session.is_proved:
        return redirect(f"{reverse('messages.sign_in')}?next={page}")
    try:
        day = date.fromisoformat(request.POST.get("day", ""))
    except ValueError:
        return redirect(page)
    made = make_up_day(
        **act_of_member(request, "activities.make_up_day"),
        activity_id=activity_id,
        member_id=request.member.id,
        day=day,
    )
    messages.success(request, _told(made.in_a_row, made.prizes))
    return redirect(page)


def _takes_points(activity: Activity) -> bool:
    return activity.settings.get("make_up_cost") == "points" and bool(activity.settings["make_up_points"])


router = Router()


class MakeUpIn(Schema, extra="forbid"):
    """Whose day, and which."""

    member_id: UUID
    day: date


@router.post("/activities/{activity_id}/make-ups", operation_id="activities.make_up_day")
def make_up_by_program(request: ApiRequest, activity_id: UUID, body: MakeUpIn) -> dict[str, Any]:
    """Make up a missed day of a check-in in the name of a member; it takes what the rules say."""
    made = make_up_day(**act_of(request), activity_id=activity_id, **body.dict())
    return {**vars(made), "prizes": [vars(prize) for prize in made.prizes]}


@router.get("/activities/{activity_id}/streak", operation_id="activities.get_streak")
def streak_by_program(
    request: ApiRequest, activity_id: UUID, member_id: Annotated[UUID, Query()]
) -> dict[str, Any]:
    """Return a member's days in a row, all of their days, and which can be made up."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id, kind=CheckIn.slug)
    streak = get_streak(activity, member_id, clock.now())
    days = [{"day": day, "made_up": made_up} for day, made_up in streak.days.items()]
    return {**vars(streak), "days": days}


DOOR = KindDoor(
    form=CheckInForm,
    told=tell_day,
    shown=shown,
    member=[path("activities/<uuid:activity_id>/make-up/", make_up, name="activities.make_up_day")],
    api=router,
)
