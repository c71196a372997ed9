"""Console pages of live codes, roster feeds, doubtful matches and overlaps."""

from dataclasses import replace
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.communities.actions.change_live_code import change_live_code
from qunying.communities.actions.close_live_code import close_live_code
from qunying.communities.actions.close_roster_feed import close_roster_feed
from qunying.communities.actions.create_live_code import create_live_code
from qunying.communities.actions.create_roster_feed import create_roster_feed
from qunying.communities.actions.decide_match import decide_match
from qunying.communities.doors.forms import FeedForm, LiveCodeForm
from qunying.communities.doors.live_codes_api import feed_url, join_url
from qunying.communities.doors.pictures import qr_of
from qunying.communities.queries.get_community import get_community, list_communities
from qunying.communities.queries.list_doubts import count_doubts, list_doubts
from qunying.communities.queries.list_live_codes import get_live_code, list_live_codes, list_routes
from qunying.communities.queries.list_overlaps import (
    Placed,
    get_spread,
    list_members_in_many,
    list_members_in_none,
    list_overlaps,
)
from qunying.communities.queries.list_roster_feeds import list_roster_feeds, secret_of
from qunying.kernel.actors import Actor
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.members.queries.describe_members import name_members
from qunying.members.queries.get_member import find_member_by_identity
from qunying.members.queries.identity_titles import identity_title
from qunying.members.queries.normalise_identity import guess_contact_type

MATRIX = 12
TOO_MANY = 5
NEARLY_FULL = 0.1


@page("communities.view")
def live_codes_page(request: StaffRequest) -> HttpResponse:
    """List live codes, where they lead, and the room that is left."""
    codes = []
    for code, routes in list_live_codes():
        address = join_url(code.token)
        room, capacity = sum(r.room for r in routes), sum(r.capacity for r in routes)
        codes.append(
            {
                "code": code,
                "routes": routes,
                "address": address,
                "qr": qr_of(address),
                "room": room,
                "is_nearly_full": room < NEARLY_FULL * capacity,
            }
        )
    context = {"codes": codes, "form": LiveCodeForm()}
    return show(request, "communities/live_codes.html", _("Live codes"), context)


@require_POST
@page("communities.create_live_code")
def new_live_code(request: StaffRequest) -> HttpResponse:
    """Make a live code."""
    form = LiveCodeForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("A live code needs a name, a source and at least one community."))
        return redirect("communities.live_codes")
    typed = form.cleaned_data
    create_live_code(
        **act_of(request),
        name=typed["name"],
        source=typed["source"],
        community_ids=[community.id for community in typed["communities"]],
        guide_id=typed["guide"].id if typed["guide"] else None,
    )
    messages.success(request, _("The live code is ready. Print it once: where it leads can be changed."))
    return redirect("communities.live_codes")


@page("communities.change_live_code")
def live_code_page(request: StaffRequest, live_code_id: UUID) -> HttpResponse:
    """Change where a live code leads."""
    code = get_live_code(live_code_id)
    ids = [route.community_id for route in list_routes(live_code_id)]
    initial = {"name": code.name, "source": code.source, "guide": code.guide_id, "communities": ids}
    form = LiveCodeForm(request.POST or None, initial=initial)
    for fixed in ("name", "source"):
        form.fields[fixed].disabled = True
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            typed = form.cleaned_data
            change_live_code(
                **act_of(request),
                live_code_id=live_code_id,
                community_ids=[community.id for community in typed["communities"]],
                guide_id=typed["guide"].id if typed["guide"] else None,
            )
            messages.success(request, _("Saved. The printed code stays the same."))
            return redirect("communities.live_codes")
    return show(request, "communities/live_code.html", code.name, {"form": form})


@require_POST
@page("communities.close_live_code")
def end_live_code(request: StaffRequest, live_code_id: UUID) -> HttpResponse:
    """Close a live code."""
    close_live_code(**act_of(request), live_code_id=live_code_id)
    messages.success(request, _("Nobody gets in through this code any more."))
    return redirect("communities.live_codes")


@page("communities.create_roster_feed")
def feeds_page(request: StaffRequest, community_id: UUID) -> HttpResponse:
    """List the feeds of a community with their secrets; make one."""
    community = get_community(community_id)
    form = FeedForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            create_roster_feed(**act_of(request), community_id=community_id, name=form.cleaned_data["name"])
            messages.success(request, _("The feed is ready. Give address and secret to the program."))
            return redirect("communities.feeds", community_id)
    feeds = [
        {"feed": feed, "url": feed_url(feed.id), "secret": secret_of(feed)}
        for feed in list_roster_feeds(community_id)
    ]
    context = {"community": community, "feeds": feeds, "form": form}
    return show(request, "communities/feeds.html", _("Roster feeds"), context)


@require_POST
@page("communities.close_roster_feed")
def end_feed(request: StaffRequest, community_id: UUID, feed_id: UUID) -> HttpResponse:
    """Close a feed."""
    close_roster_feed(**act_of(request), feed_id=feed_id)
    messages.success(request, _("The feed is believed no more."))
    return redirect("communities.feeds", community_id)


@page("communities.view")
def doubts_page(request: StaffRequest) -> HttpResponse:
    """List people of rosters who may be members."""
    doubts = cut_page(list_doubts(), order_by="-raised_at", cursor=request.GET.get("cursor"), size=30)
    for doubt in doubts.rows:
        types = str(doubt.evidence.get("types", "")).split(", ")
        doubt.type_titles = [identity_title(type_) for type_ in types if type_]  # type: ignore[attr-defined]
    context = {"doubts": doubts, "count": count_doubts()}
    return show(request, "communities/doubts.html", _("People to recognise"), context)


@require_POST
@page("communities.decide_match")
def decide(request: StaffRequest, doubt_id: int) -> HttpResponse:
    """Answer who a person is."""
    decision, contact = request.POST.get("decision", ""), request.POST.get("contact", "").strip()[:200]
    other = find_member_by_identity(guess_contact_type(contact), contact) if contact else None
    if decision == "other" and other is None:
        messages.error(request, _("No member has this phone number or e-mail."))
        return redirect("communities.doubts")
    decide_match(
        **act_of(request),
        doubt_id=doubt_id,
        decision=decision,
        member_id=other.id if other and decision == "other" else None,
    )
    messages.success(request, _("Noted."))
    return redirect("communities.doubts")


@page("communities.view")
def overlaps_page(request: StaffRequest) -> HttpResponse:
    """Show how communities overlap, who is in none and who is in too many."""
    sizes = {row.community.id: row for row in list_communities()}
    pairs = list_overlaps()
    if request.GET.get("format") == "csv":
        header = [_("Community"), _("Community"), _("Members in both")]
        rows = [
            (sizes[pair.first].community.name, sizes[pair.second].community.name, pair.members)
            for pair in pairs
        ]
        return csv_response("overlaps", header, rows)
    least = _number(request.GET.get("too_many", ""), TOO_MANY)
    shown = sorted(sizes.values(), key=lambda row: (-row.members, row.community.name))[:MATRIX]
    both = {frozenset((pair.first, pair.second)): pair.members for pair in pairs}
    spread = get_spread()
    context = {
        "shown": shown,
        "matrix": [
            {
                "row": one,
                "cells": [
                    _cell(both.get(frozenset((one.community.id, other.community.id))), one.members)
                    if one is not other
                    else None
                    for other in shown
                ],
            }
            for one in shown
            if one.members
        ],
        "pairs": [
            {
                "first": sizes[pair.first].community,
                "second": sizes[pair.second].community,
                "members": pair.members,
            }
            for pair in pairs[:20]
        ],
        "spread": spread,
        "too_many": least,
        "in_many": spread.in_at_least(least),
        "many": _named(list_members_in_many(least=least, limit=50), request.actor),
        "nowhere": _named(list_members_in_none(limit=20), request.actor),
        "is_cut": len(sizes) > MATRIX,
    }
    return show(request, "communities/overlaps.html", _("Overlap of communities"), context)


def _named(placed: list[Placed], actor: Actor) -> list[Placed]:
    names = name_members([one.member_id for one in placed], actor)
    return [replace(one, name=names.get(one.member_id, "")) for one in placed]


def _cell(members: int | None, of: int) -> dict[str, float]:
    share = (members or 0) / of if of else 0.0
    return {"members": members or 0, "share": share}


def _number(text: str, otherwise: int) -> int:
    return min(max(int(text), 2), 1000) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise


urlpatterns = [
    path("communities/live-codes/", live_codes_page, name="communities.live_codes"),
    path("communities/live-codes/new/", new_live_code, name="communities.new_live_code"),
    path("communities/live-codes/<uuid:live_code_id>/", live_code_page, name="communities.live_code"),
    path(
        "communities/live-codes/<uuid:live_code_id>/close/", end_live_code, name="communities.close_live_code"
    ),
    path("communities/<uuid:community_id>/feeds/", feeds_page, name="communities.feeds"),
    path(
        "communities/<uuid:community_id>/feeds/<uuid:feed_id>/close/", end_feed, name="communities.close_feed"
    ),
    path("communities/doubts/", doubts_page, name="communities.doubts"),
    path("communities/doubts/<int:doubt_id>/", decide, name="communities.decide_match"),
    path("communities/overlaps/", overlaps_page, name="communities.overlaps"),
]
