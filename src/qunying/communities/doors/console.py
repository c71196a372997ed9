"""Console pages of communities: the list, one community, its links and people."""

import json
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.actions.change_community import change_community
from qunying.communities.actions.change_role import change_role
from qunying.communities.actions.change_state import change_state
from qunying.communities.actions.close_join_link import close_join_link
from qunying.communities.actions.create_community import create_community
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import import_roster
from qunying.communities.doors import (
    health_pages,
    message_import_pages,
    message_pages,
    plan_pages,
    platform_pages,
    roster_pages,
    service_pages,
    source_pages,
)
from qunying.communities.doors.forms import CommunityForm, LinkForm, RosterForm, StateForm
from qunying.communities.doors.live_codes_api import join_url
from qunying.communities.doors.pictures import qr_of
from qunying.communities.inbound.authors import SEEN_SPEAKING
from qunying.communities.models import Community, GroupMember
from qunying.communities.queries.get_community import CommunitySize, get_community, list_communities
from qunying.communities.queries.list_doubts import count_doubts
from qunying.communities.queries.list_pinned import list_pinned
from qunying.communities.queries.measure_health import Health, measure_health
from qunying.communities.roster_file import read_roster
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, command_id_of, csv_response
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.lake import open_analysis

PERIOD_DAYS = 30


@page("communities.view")
def communities_page(request: StaffRequest) -> HttpResponse:
    """List communities, by name, state, platform or tag."""
    rows = list_communities()
    search, state = request.GET.get("search", "").strip().lower(), request.GET.get("state", "")
    shown = [row for row in rows if _fits(row, search, state)]
    context = {
        "communities": shown,
        "is_empty": not rows,
        "search": request.GET.get("search", ""),
        "state": state,
        "states": Community.State.choices,
        "doubts": count_doubts(),
    }
    return show(request, "communities/list.html", _("Communities"), context)


def _fits(row: CommunitySize, search: str, state: str) -> bool:
    community = row.community
    words = [community.name, community.platform.label, *community.tags]
    return (not state or community.state == state) and (
        not search or any(search in word.lower() for word in words)
    )


@page("communities.create_community")
def new_page(request: StaffRequest) -> HttpResponse:
    """Set up a community."""
    form = CommunityForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            created = create_community(**act_of(request), profile=form.profile())
            messages.success(request, _("The community is set up. Take over its roster or make a join link."))
            return redirect("communities.community", created.community_id)
    return show(request, "communities/form.html", _("New community"), {"form": form})


@page("communities.change_community")
def edit_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Change a community."""
    community = get_community(community_id)
    name = community.name
    form = CommunityForm(request.POST or None, instance=community)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_community(**act_of(request), community_id=community_id, profile=form.profile())
            messages.success(request, _("Saved."))
            return redirect("communities.community", community_id)
    return show(request, "communities/form.html", name, {"form": form, "community": community})


@page("communities.view")
def community_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Show a community: figures, people, links, roster."""
    community, brand = get_community(community_id), get_brand()
    people = GroupMember.objects.filter(community=community, left_at=None).select_related("member")
    if request.GET.get("format") == "csv":
        return _roster_csv(community)
    end = local_day(get_analysis_time(clock.now()), brand.zone)
    start = end.fromordinal(max(end.toordinal() - PERIOD_DAYS + 1, 1))
    with open_analysis() as analysis:
        health = measure_health(analysis, [community_id], start=start, end=end, zone=brand.zone)[community_id]
    search = request.GET.get("search", "").strip()[:100]
    if search:
        people = people.filter(Q(nickname__icontains=search) | Q(platform_user_id=search) | Q(source=search))
    context = {
        "community": community,
        "health": health,
        "start": start,
        "end": end,
        "people": cut_page(people, order_by="-joined_at", cursor=request.GET.get("cursor"), size=50),
        "search": search,
        "pinned": list_pinned(community, clock.now()),
        "roles": GroupMember.Role.choices,
        "links": [_link(link) for link in community.join_links.filter(closed_at=None).order_by("source")],
        "link_form": LinkForm(),
        "roster_form": RosterForm(),
        "state_form": StateForm(initial={"state": community.state}),
        "versions": community.rules_versions.order_by("-version")[:20],
        "seen_speaking": SEEN_SPEAKING,
        "sources": [(_source_title(source), count) for source, count in health.sources.items()],
        "sources_chart": _sources_chart(health) if health.sources else "",
    }
    return show(request, "communities/community.html", community.name, context)


def _roster_csv(community: Community) -> HttpResponse:
    header = [
        _("Id on the platform"),
        _("Nickname"),
        _("Role"),
        _("Source"),
        _("Invited by"),
        _("Joined at"),
        _("Left at"),
        _("Member"),
    ]
    rows = community.group_members.order_by("joined_at", "pk").values_list(
        "platform_user_id", "nickname", "role", "source", "invited_by", "joined_at", "left_at", "member_id"
    )
    return csv_response(f"roster-{quote(community.name)}", header, rows.iterator())


def _link(link: Any) -> dict[str, Any]:
    address = join_url(link.token)
    return {"link": link, "address": address, "qr": qr_of(address)}


def _source_title(source: str) -> str:
    return _("seen speaking") if source == SEEN_SPEAKING else source or "—"


def _sources_chart(health: Health) -> str:
    chart = {
        "type": "bar",
        "data": {
            "labels": [_source_title(source) for source in health.sources],
            "datasets": [
                {
                    "label": _("Joined"),
                    "data": list(health.sources.values()),
                    "backgroundColor": "#7c3aed",
                }
            ],
        },
        "options": {"indexAxis": "y", "plugins": {"legend": {"display": False}}},
    }
    return json.dumps(chart)


@require_POST
@page("communities.change_state")
def state(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Move a community on in its life."""
    change_state(
        **act_of(request),
        community_id=community_id,
        state=request.POST.get("state", ""),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("Saved."))
    return redirect("communities.community", community_id)


@require_POST
@page("communities.create_join_link")
def new_link(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Make a join link for a source."""
    create_join_link(**act_of(request), community_id=community_id, source=request.POST.get("source", ""))
    messages.success(request, _("The join link is ready."))
    return redirect("communities.community", community_id)


@require_POST
@page("communities.close_join_link")
def close_link(request: StaffRequest, community_id: UUID, link_id: UUID) -> HttpResponse:
    """Close a join link."""
    close_join_link(**act_of(request), link_id=link_id)
    messages.success(request, _("Nobody gets in through this link any more."))
    return redirect("communities.community", community_id)


@require_POST
@page("communities.import_roster")
def roster(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """Take over a roster file."""
    form = RosterForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, _("Choose a CSV or XLSX file."))
        return redirect("communities.community", community_id)
    now = clock.now()
    taken = import_roster(
        command_id=command_id_of(request),
        actor=request.actor,
        now=now,
        community_id=community_id,
        rows=read_roster(form.cleaned_data["file"].read(), get_brand().zone, now),
        is_complete=form.cleaned_data["is_complete"],
    )
    text = _(
        "{rows} rows: {joined} joined, {left} left, {already_in} were in already, {changed} changed; {known_members} are known members."
    )
    messages.success(request, text.format(**taken.__dict__))
    if taken.doubtful:
        asked = ngettext(
            "{count} person may be a member whom we know: please decide.",
            "{count} people may be members whom we know: please decide.",
            taken.doubtful,
        )
        messages.warning(request, asked.format(count=taken.doubtful))
        return redirect("communities.doubts")
    return redirect("communities.community", community_id)


@require_POST
@page("communities.change_role")
def role(request: StaffRequest, community_id: UUID, group_member_id: int) -> HttpResponse:
    """Give somebody another role."""
    change_role(**act_of(request), group_member_id=group_member_id, role=request.POST.get("role", ""))
    messages.success(request, _("Saved."))
    return redirect("communities.community", community_id)


@page("communities.view")
def member_communities(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Show the communities of one member, as a panel of their profile."""
    stays = (
        GroupMember.objects.filter(member__in=list_own_ids(member_id))
        .select_related("community")
        .order_by("-joined_at")
    )
    return render(request, "communities/member_communities.html", {"stays": stays})


urlpatterns = [
    *message_pages.urlpatterns,
    *message_import_pages.urlpatterns,
    *service_pages.urlpatterns,
    *source_pages.urlpatterns,
    path("communities/", communities_page, name="communities.list"),
    path("communities/new/", new_page, name="communities.new"),
    path("communities/<uuid:community_id>/", community_page, name="communities.community"),
    path("communities/<uuid:community_id>/edit/", edit_page, name="communities.edit"),
    path("communities/<uuid:community_id>/state/", state, name="communities.change_state"),
    path("communities/<uuid:community_id>/links/", new_link, name="communities.new_link"),
    path(
        "communities/<uuid:community_id>/links/<uuid:link_id>/close/",
        close_link,
        name="communities.close_link",
    ),
    path("communities/<uuid:community_id>/roster/", roster, name="communities.import_roster"),
    path(
        "communities/<uuid:community_id>/people/<int:group_member_id>/role/",
        role,
        name="communities.change_role",
    ),
    path("communities/of/<uuid:member_id>/", member_communities, name="communities.member_communities"),
    *plan_pages.urlpatterns,
    *platform_pages.urlpatterns,
    *roster_pages.urlpatterns,
    *health_pages.urlpatterns,
]
