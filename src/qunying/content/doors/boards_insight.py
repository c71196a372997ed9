"""Console pages of what boards and groups tell: open questions, hot topics, who is listened to."""

from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.communities.queries.get_community import list_communities
from qunying.communities.queries.list_messages import MessageNotFound, get_message
from qunying.content.actions.put_up_topic import put_up_topic
from qunying.content.boards.names import list_public_names, masked_name
from qunying.content.models import Topic
from qunying.content.queries.boards import list_boards
from qunying.content.queries.questions import (
    GroupQuestion,
    QuestionState,
    list_group_questions,
    list_questions,
    measure_answers,
)
from qunying.content.queries.topics import HOT_PEOPLE, HOT_SCORE, list_heat
from qunying.content.queries.voices import Recognised, Voice, list_voices
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of, csv_response
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.list_names import list_names
from qunying.stream.lake import open_analysis

MOST_ROWS = 10_000
PERIODS = (7, 30, 90, 365)
STATES: tuple[str, ...] = get_args(QuestionState.__value__)
VOICES: tuple[str, ...] = get_args(Voice.__value__)


class TopicForm(forms.Form):
    """A topic that the staff put up."""

    name = forms.CharField(label=gettext_lazy("Topic"), max_length=20)
    purpose = forms.CharField(
        label=pgettext_lazy("boards", "What it is about"), max_length=200, required=False
    )
    source = forms.ChoiceField(
        label=gettext_lazy("Where it comes from"),
        choices=[choice for choice in Topic.Source.choices if choice[0] != Topic.Source.MEMBER],
    )
    is_hidden = forms.BooleanField(label=gettext_lazy("Hide it"), required=False)


def _choice(request: StaffRequest, name: str, allowed: tuple[str, ...]) -> str:
    asked = request.GET.get(name, allowed[0])
    return asked if asked in allowed else allowed[0]


def _place(request: StaffRequest) -> dict[str, Any]:
    """Return the community or board that the address names, and all to choose from."""
    communities = [size.community for size in list_communities()]
    boards = list(list_boards())
    asked = request.GET.get("where", "")
    return {
        "communities": communities,
        "boards": boards,
        "where": asked,
        "community_id": next((row.id for row in communities if str(row.id) == asked), None),
        "board_id": next((row.id for row in boards if str(row.id) == asked), None),
    }


def _days(request: StaffRequest) -> int:
    return int(_choice(request, "days", ("30", *map(str, PERIODS))))


@page("content.view")
def questions_page(request: StaffRequest) -> HttpResponse:
    """List the questions of boards by state, and those of groups to which nobody replied."""
    now = get_analysis_time(clock.now())
    state, place = _choice(request, "state", (*STATES, "groups")), _place(request)
    context = {
        "state": state,
        "place": place,
        "times": measure_answers(now - timedelta(days=30), now),
        "now": now,
    }
    if state == "groups":
        with open_analysis(now) as analysis:
            found = list_group_questions(
                analysis, start=now - timedelta(days=30), end=now, community_id=place["community_id"]
            )
        rows = [row for question in found if (row := _group_row(question, now))]
        if request.GET.get("format") == "csv":
            header = [_("Asked at"), _("Community"), _("Question"), _("Waiting hours")]
            cells = [[row["asked_at"].isoformat(), row["place"], row["text"], row["hours"]] for row in rows]
            return csv_response("group-questions", header, cells)
        return show(request, "boards/console/questions.html", _("Questions"), {**context, "rows": rows})
    questions = list_questions(state, board_id=place["board_id"])  # type: ignore[arg-type]
    order = "posted_at" if state == "unanswered" else "-posted_at"
    if request.GET.get("format") == "csv":
        header = [_("Asked at"), _("Board"), _("Question"), _("Replies"), _("Waiting hours")]
        cells = [
            [row.posted_at.isoformat(), row.board.name, row.title, row.reply_count, _hours(row.posted_at, row.answered_at or now)]
            for row in questions.order_by(order, "pk")[:MOST_ROWS]
        ]  # fmt: skip
        return csv_response("questions", header, cells)
    found_page = cut_page(questions, order_by=order, cursor=request.GET.get("cursor"), size=50)
    names = list_public_names({row.member_id for row in found_page.rows if row.member_id})
    rows = [
        {
            "post_id": row.pk,
            "text": row.title,
            "place": row.board.name,
            "asked_at": row.posted_at,
            "author": names.get(row.member_id, "") if row.member_id else _("the brand"),
            "replies": row.reply_count,
            "hours": _hours(row.posted_at, row.answered_at or now),
        }
        for row in found_page.rows
    ]
    context |= {"rows": rows, "next_cursor": found_page.next_cursor}
    return show(request, "boards/console/questions.html", _("Questions"), context)


def _hours(start: datetime, end: datetime) -> float:
    return round(max((end - start).total_seconds(), 0) / 3600, 1)


def _group_row(question: GroupQuestion, now: datetime) -> dict[str, Any] | None:
    """Return a question of a group as a row; None when its message was taken back."""
    try:
        message = get_message(question.message_id)
    except MessageNotFound:
        return None
    if message.deleted_at is not None:
        return None
    return {
        "text": message.text[:200],
        "place": message.community.name,
        "asked_at": question.asked_at,
        "author": masked_name(message.author_name),
        "replies": question.replies,
        "hours": _hours(question.asked_at, now),
    }


@page("content.view")
def topics_page(request: StaffRequest) -> HttpResponse:
    """Show what people talk about today, measured against each topic's own past."""
    now, place = get_analysis_time(clock.now()), _place(request)
    with open_analysis(now) as analysis:
        heat = list_heat(analysis, now, community_id=place["community_id"])
    if request.GET.get("format") == "csv":
        header = [
            _("Topic"),
            _("Heat"),
            _("People today"),
            _("Expected"),
            _("Posts today"),
            _("People in 28 days"),
        ]
        cells = [
            [row.name, row.score, row.people, row.expected, row.posts, row.people_before] for row in heat
        ]
        return csv_response("topics", header, cells)
    put_up = Topic.objects.exclude(source=Topic.Source.MEMBER) | Topic.objects.filter(is_hidden=True)
    context = {
        "heat": heat[:100],
        "place": place,
        "form": TopicForm(),
        "put_up": put_up.order_by("-created_at")[:50],
        "hot_score": HOT_SCORE,
        "hot_people": HOT_PEOPLE,
        "now": now,
    }
    return show(request, "boards/console/topics.html", _("Hot topics"), context)


@page("content.put_up_topic")
def put_up(request: StaffRequest) -> HttpResponse:
    """Put up a topic, or change one."""
    form = TopicForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        messages.error(request, _("Name the topic, in at most 20 characters."))
        return redirect("content.hot_topics")
    put_up_topic(**act_of(request), **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("content.hot_topics")


@page("content.view")
def voices_page(request: StaffRequest) -> HttpResponse:
    """Show who is listened to: helpful members and leaders."""
    now, place, days = get_analysis_time(clock.now()), _place(request), _days(request)
    voice: Voice = _choice(request, "voice", ("helper", "leader"))  # type: ignore[assignment]
    with open_analysis(now) as analysis:
        found = list_voices(
            analysis,
            voice,
            start=now - timedelta(days=days),
            end=now,
            community_id=place["community_id"],
            board_id=place["board_id"],
            now=clock.now(),
        )
    rows = _named(request, found)
    if request.GET.get("format") == "csv":
        header = [
            pgettext("boards", "Person"),
            _("Recognition"),
            _("Different people"),
            _("Responded to"),
            _("Said"),
            pgettext("boards", "Accepted"),
        ]
        cells = [
            [row["name"], row["one"].score, row["one"].people, row["one"].responded, row["one"].spoken, row["one"].accepted]
            for row in rows
        ]  # fmt: skip
        return csv_response(f"{voice}s", header, cells)
    context = {"rows": rows, "voice": voice, "place": place, "days": days, "periods": PERIODS, "now": now}
    return show(request, "boards/console/voices.html", _("Helpful members"), context)


def _named(request: StaffRequest, found: list[Recognised]) -> list[dict[str, Any]]:
    """Return people with the names that the viewer may see."""
    ids = [UUID(one.person) for one in found if one.is_member]
    names = list_names(ids) if request.actor.may("members.see_names") else {}
    rows = []
    for one in found:
        member_id = UUID(one.person) if one.is_member else None
        name = (names.get(member_id) or pseudonym(member_id)) if member_id else one.person
        rows.append({"one": one, "member_id": member_id, "name": name})
    return rows


urlpatterns = [
    path("boards/questions/", questions_page, name="content.questions"),
    path("boards/topics/", topics_page, name="content.hot_topics"),
    path("boards/topics/put-up/", put_up, name="content.put_up_topic"),
    path("boards/voices/", voices_page, name="content.voices"),
]
