"""A buyer-show contest: what staff are asked, works and votes on the member's page, the jury's page."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST
from ninja import Router, Schema
from pydantic import Field

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.actions.remove_work import remove_work
from qunying.activities.actions.score_work import MOST_POINTS, score_work
from qunying.activities.actions.vote_for_work import vote_for_work
from qunying.activities.doors.kinds.door import KindDoor, PlainForm
from qunying.activities.kinds.contest import (
    CAN_ENTER,
    Contest,
    ContestSettings,
    list_standings,
    ranked_standings,
)
from qunying.activities.models import Activity, ContestVote, ContestWork, State
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.took_part import TookPart
from qunying.content.boards.names import list_public_names
from qunying.content.queries.get_item import list_submissions
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import ApiRequest, act_of, address_of
from qunying.kernel.wire import Whole
from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page
from qunying.members.queries.get_member import list_own_ids
from qunying.vetting.devices import device_of, mark_device

RANKED_BY = [("votes", _("members' votes")), ("jury", _("a jury's scores"))]
SHOWN = 200


class ContestForm(PlainForm):
    """What ranks the works."""

    ranked_by = forms.ChoiceField(label=_("Ranked by"), choices=RANKED_BY, initial="votes")
    votes_a_day = forms.IntegerField(
        label=_("Votes of a member a day"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("Each for another work; nobody votes for their own."),
    )
    jurors = forms.IntegerField(
        label=_("Scores that a work needs"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("Where a jury decides: it is settled when every work has so many."),
    )


def told(activity: Activity, took: TookPart) -> str:  # noqa: ARG001
    """Return the sentence after entering a work."""
    return gettext("Your work takes part. It is shown as soon as it is in the gallery.")


def shown(activity: Activity, member_id: UUID | None, now: datetime) -> dict[str, Any]:
    """Return the works to look at and vote for, and those that the member can still enter."""
    rules = ContestSettings.model_validate(activity.settings)
    standings = list_standings(activity)
    if activity.state in {State.CLOSED, State.SETTLED}:
        standings = ranked_standings(standings, rules.ranked_by)
    own = list_own_ids(member_id) if member_id else []
    entered = ContestWork.objects.filter(activity=activity)
    mine = list_submissions(member_ids=own).filter(kind="buyer_show", state__in=CAN_ENTER)
    may_vote = (
        rules.ranked_by == "votes"
        and member_id is not None
        and activity.state == State.OPEN
        and activity.opens_at <= now < activity.closes_at
    )
    voted: set[UUID] = set()
    if may_vote and standings:
        today = ContestVote.objects.filter(member_id__in=own, day=clock.local_day(now, get_brand().zone))
        voted = set(today.filter(activity=activity).values_list("work_id", flat=True))
    return {
        "rules": rules,
        "standings": standings[:SHOWN],
        "names": list_public_names({one.work.member_id for one in standings[:SHOWN]}),
        "own_ids": own,
        "may_vote": may_vote,
        "voted": voted,
        "votes_left": rules.votes_a_day - len(voted),
        "can_enter": mine.exclude(pk__in=entered.values("submission")).order_by("-received_at")[:20],
        "taken_out": entered.filter(member_id__in=own, removed_at__isnull=False).select_related("submission"),
    }


@require_POST
@signed_in_member_page
def vote(request: MemberRequest, activity_id: UUID, work_id: UUID) -> HttpResponse:
    """Vote for a work."""
    rules = ContestSettings.model_validate(get_activity(activity_id, kind=Contest.slug).settings)
    device = device_of(request)
    if not device:  # the page gives every device its number
        messages.error(request, gettext("Please click once more. If this comes again, allow cookies."))
        return mark_device(request, redirect("activities.play", activity_id))
    number = vote_for_work(
        **act_of_member(request, "activities.vote_for_work"),
        activity_id=activity_id,
        member_id=request.member.id,
        work_id=work_id,
        device=device,
        address=address_of(request),
    )
    left = rules.votes_a_day - number
    said = ngettext("Thank you! {n} vote left today.", "Thank you! {n} votes left today.", left)
    messages.success(request, said.format(n=left))
    return redirect("activities.play", activity_id)


@page("activities.view")
def works_page(request: StaffRequest, activity_id: UUID) -> HttpResponse:
    """List the works of a contest by rank; the jury scores them here."""
    activity = get_activity(activity_id, kind=Contest.slug)
    rules = ContestSettings.model_validate(activity.settings)
    standings = ranked_standings(list_standings(activity), rules.ranked_by)[:SHOWN]
    given = {
        score.work_id: score.points
        for one in standings
        for score in one.work.scores.filter(juror=request.actor.key)
    }
    context = {
        "activity": activity,
        "rules": rules,
        "rows": [(one, given.get(one.work.pk)) for one in standings],
        "waiting": ContestWork.objects.filter(
            activity=activity, removed_at=None, submission__state="received"
        ).count(),
        "names": list_public_names({one.work.member_id for one in standings}),
        "may_score": rules.ranked_by == "jury" and activity.state in {State.OPEN, State.CLOSED},
        "most": MOST_POINTS,
    }
    return show(
        request, "activities/works.html", gettext("Works of “{title}”").format(title=activity.title), context
    )


def _activity_of(work_id: UUID) -> UUID:
    return ContestWork.objects.values_list("activity_id", flat=True).get(pk=work_id)


@require_POST
@page("activities.score_work")
def score(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Give a work points."""
    typed = request.POST.get("points", "")
    points = int(typed) if typed.isdecimal() and len(typed) < 5 else -1
    score_work(**act_of(request), work_id=work_id, points=points)
    messages.success(request, gettext("Your score is noted."))
    return redirect("activities.works", _activity_of(work_id))


@require_POST
@page("activities.remove_work")
def remove(request: StaffRequest, work_id: UUID) -> HttpResponse:
    """Take a work out."""
    remove_work(**act_of(request), work_id=work_id, reason=request.POST.get("reason", ""))
    messages.success(request, gettext("Taken out; its member can read why."))
    return redirect("activities.works", _activity_of(work_id))


router = Router()


class VoteIn(Schema, extra="forbid"):
    """Who votes, for what."""

    member_id: UUID
    work_id: UUID


class ScoreIn(Schema, extra="forbid"):
    """Points from 0 to 100."""

    points: Annotated[Whole, Field(ge=0, le=MOST_POINTS)]


@router.get("/activities/{activity_id}/works", operation_id="activities.list_works")
def works_by_program(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Return the works of a contest that everybody sees, by rank, with their votes and scores."""
    request.actor.require("activities.view")
    activity = get_activity(activity_id, kind=Contest.slug)
    rules = ContestSettings.model_validate(activity.settings)
    return {
        "items": [
            {
                "work_id": one.work.pk,
                "submission_id": one.work.submission_id,
                "member_id": one.work.member_id,
                "votes": one.votes,
                "scores": one.scores,
                "average": one.average,
                "rank": one.work.rank,
            }
            for one in ranked_standings(list_standings(activity), rules.ranked_by)
        ]
    }


@router.post("/activities/{activity_id}/votes", operation_id="activities.vote_for_work")
def vote_by_program(request: ApiRequest, activity_id: UUID, body: VoteIn) -> dict[str, int]:
    """Vote for a work in the name of a member."""
    return {"number": vote_for_work(**act_of(request), activity_id=activity_id, **body.dict())}


@router.post("/activities/works/{work_id}/score", operation_id="activities.score_work")
def score_by_program(request: ApiRequest, work_id: UUID, body: ScoreIn) -> dict[str, UUID]:
    """Give a work points, as one of the jury."""
    return {"work_id": score_work(**act_of(request), work_id=work_id, points=body.points)}


DOOR = KindDoor(
    form=ContestForm,
    told=told,
    shown=shown,
    member=[
        path(
            "activities/<uuid:activity_id>/works/<uuid:work_id>/vote/", vote, name="activities.vote_for_work"
        )
    ],
    console=[
        path("activities/<uuid:activity_id>/works/", works_page, name="activities.works"),
        path("activities/works/<uuid:work_id>/score/", score, name="activities.score_work"),
        path("activities/works/<uuid:work_id>/remove/", remove, name="activities.remove_work"),
    ],
    api=router,
)
