"""Member pages: joining through a link or live code that carries no person; one's own communities."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.join_by_live_code import LiveCodeFull, join_by_live_code
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.doors.pictures import qr_of
from qunying.communities.models import Community, GroupMember, LiveCode, Permission
from qunying.communities.queries.get_community import get_community, get_open_link
from qunying.communities.queries.get_on_duty import find_on_duty
from qunying.communities.queries.list_duties import list_permissions
from qunying.communities.queries.list_live_codes import find_open_live_code, list_routes
from qunying.communities.queries.list_pinned import list_pinned
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.clock import local_day
from qunying.kernel.web import command_id_of
from qunying.members.member_web import MemberRequest, member_page, signed_in_member_page
from qunying.members.queries.get_member import list_own_ids

SHOWN_PEOPLE = 200


@member_page
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Show what the community is and its rules; let a signed-in member in on POST."""
    code = find_open_live_code(token)
    member = request.member  # type: ignore[attr-defined]
    if request.method == "POST" and member is not None:
        enter, name = (join_by_live_code, "join_by_live_code") if code else (join_by_link, "join_by_link")
        joined = enter(
            command_id=command_id_of(request),
            actor=member_actor(member.id, f"communities.{name}"),
            now=clock.now(),
            token=token,
            member_id=member.id,
        )
        text = _("You are in already.") if joined.already else _("Welcome! You are in.")
        messages.success(request, text)
        return redirect("communities.mine")
    community = _next_of(code) if code else get_open_link(token).community
    return render(request, "communities/join.html", {"community": community})


def _next_of(code: LiveCode) -> Community:
    """Return the community that the next person of a live code comes to.

    Raises:
        LiveCodeFull: when there is room nowhere.
    """
    for route in list_routes(code.id):
        if route.room:
            return get_community(route.community_id)
    raise LiveCodeFull(name=code.name)


@signed_in_member_page
def mine(request: MemberRequest) -> HttpResponse:
    """Show the member's communities: the way in, rules, what their role may, who is in where they may see it."""
    stays = GroupMember.objects.filter(
        member__in=list_own_ids(request.member.id), left_at=None
    ).select_related("community__platform")
    permissions, now, zone = dict(Permission.choices), clock.now(), get_brand().zone
    entries = []
    for stay in stays.order_by("-joined_at"):
        community = stay.community
        may = list_permissions(request.member.id, community.id)
        address = community.join_address
        entries.append(
            {
                "stay": stay,
                "community": community,
                "pinned": list_pinned(community, now),
                "duty": find_on_duty(community.pk, local_day(now, zone)),
                "qr": qr_of(address) if address else "",
                "may": [label for value, label in permissions.items() if value in may],
                "people": _people(community) if Permission.SEE_ROSTER in may else None,
            }
        )
    return render(request, "communities/mine.html", {"entries": entries, "zone": zone})


def _people(community: Community) -> list[GroupMember]:
    rows = community.group_members.filter(left_at=None).order_by("-joined_at", "-pk")
    return list(rows.only("nickname", "role", "joined_at", "platform_user_id")[:SHOWN_PEOPLE])


@require_POST
@signed_in_member_page
def leave(request: MemberRequest, community_id: str) -> HttpResponse:
    """End the member's stay."""
    leave_community(
        command_id=command_id_of(request),
        actor=member_actor(request.member.id, "communities.leave_community"),
        now=clock.now(),
        community_id=community_id,  # type: ignore[arg-type]  # the URL's converter made it one
        member_id=request.member.id,
    )
    messages.success(request, _("You have left. You can come back at any time."))
    return redirect("communities.mine")


urlpatterns = [
    path("join/<str:token>/", join, name="communities.join"),
    path("communities/", mine, name="communities.mine"),
    path("communities/<uuid:community_id>/leave/", leave, name="communities.leave"),
]
