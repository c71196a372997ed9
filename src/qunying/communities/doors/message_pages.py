"""Console pages of what is said in communities: search, one message with what surrounds it,"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.doors.message_import_pages import FileForm
from qunying.communities.models import Community
from qunying.communities.queries.describe_messages import author_of, describe_messages
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.list_messages import get_context, list_messages, list_messages_of
from qunying.communities.queries.summarise_talk import summarise_talk
from qunying.kernel import clock
from qunying.kernel.clock import day_end, day_start, local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.ids import new_id
from qunying.members.queries.list_members import SEE_NAMES

TALK_DAYS = 30


class SearchForm(forms.Form):
    """What to look for, and where."""

    search = forms.CharField(label=gettext_lazy("Words"), max_length=200, required=False)
    community = forms.ModelChoiceField(
        label=gettext_lazy("Community"),
        queryset=Community.objects.none(),
        required=False,
        empty_label=gettext_lazy("all communities"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["community"].queryset = Community.objects.order_by("name")  # type: ignore[attr-defined]


@page("communities.view")
def messages_page(request: StaffRequest) -> HttpResponse:
    """Search messages over communities, newest first."""
    form = SearchForm(request.GET)
    asked: dict[str, Any] = form.cleaned_data if form.is_valid() else {"search": "", "community": None}
    community = asked["community"]
    found = list_messages(
        [community.pk] if community else None, search=asked["search"], cursor=request.GET.get("cursor")
    )
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "tab": "messages",
        "form": form,
        "search": asked["search"],
        "messages_found": describe_messages(found.rows, request.actor),
        "next_cursor": found.next_cursor,
        "query": query.urlencode(),
    }
    return show(request, "communities/messages.html", _("Group messages"), context)


@page("communities.view")
def message_page(request: StaffRequest, message_id: UUID) -> HttpResponse:
    """Show a message with what surrounds it, the thread it belongs to and its earlier texts."""
    around = get_context(message_id)
    context = {
        "message": describe_messages([around.message], request.actor)[0],
        "before": describe_messages(around.before, request.actor),
        "after": describe_messages(around.after, request.actor),
        "thread": describe_messages(around.thread, request.actor),
        "versions": around.message.versions.order_by("edited_at", "pk"),
    }
    return show(
        request,
        "communities/message.html",
        _("Message in {name}").format(name=around.message.community.name),
        context,
    )


@page("communities.view")
def member_messages(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show what a member said last, as a panel of their profile."""
    found = list_messages_of(member_id, cursor=request.GET.get("cursor"), size=10)
    context = {
        "messages_found": describe_messages(found.rows, request.actor),
        "next_cursor": found.next_cursor,
        "member_id": member_id,
    }
    return render(request, "communities/member_messages.html", context)


@page("communities.view")
def name(request: StaffRequest, community_id: UUID) -> HttpResponse:  # noqa: ARG001 - the decorator's signature
    """Return a community's name, for pages of nouns that know its id only."""
    return HttpResponse(get_community(community_id).name, content_type="text/plain; charset=utf-8")


@page("communities.view")
def talk_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Show when people talk, who answers whom, who helps; and the files of messages."""
    community, brand = get_community(community_id), get_brand()
    end = local_day(get_analysis_time(clock.now()), brand.zone)
    start = end - timedelta(days=TALK_DAYS - 1)
    whole = request.GET.get("period") == "all"
    opening = datetime(1970, 1, 1, tzinfo=UTC) if whole else day_start(start, brand.zone)
    talk = summarise_talk(community_id, opening, day_end(end, brand.zone), zone=brand.zone)
    most = max(max(row) for row in talk.hours) or 1
    sees_names = request.actor.may(SEE_NAMES)
    context = {
        "community": community,
        "talk": talk,
        "whole": whole,
        "start": start,
        "end": end,
        "wait_minutes": None if talk.median_wait_seconds is None else talk.median_wait_seconds / 60,
        "heat": [
            (weekday, [(hour, count, count / most) for hour, count in enumerate(row)])
            for weekday, row in zip(_weekdays(), talk.hours, strict=True)
        ],
        "helpers": [(_person(helper, sees_names=sees_names), helper) for helper in talk.helpers],
        "form": FileForm(),
        "imports": community.message_imports.order_by("-created_at")[:10],
        "import_id": new_id(),
    }
    return show(
        request, "communities/talk.html", _("Conversation in {name}").format(name=community.name), context
    )


def _person(helper: Any, *, sees_names: bool) -> str:
    from qunying.communities.models import Message

    return author_of(Message(author=helper.person), sees_names=sees_names)


def _weekdays() -> list[str]:
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]


urlpatterns = [
    path("communities/messages/", messages_page, name="communities.messages"),
    path("communities/messages/<uuid:message_id>/", message_page, name="communities.message"),
    path("communities/messages/of/<uuid:member_id>/", member_messages, name="communities.member_messages"),
    path("communities/<uuid:community_id>/name/", name, name="communities.name"),
    path("communities/<uuid:community_id>/talk/", talk_page, name="communities.talk"),
]
