"""Member pages of rights to buy: all of mine, giving one up, and the page of a team that friends are invited to."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.take_part import take_part
from qunying.activities.kinds import kind_of
from qunying.activities.models import Right, State, Team
from qunying.activities.queries.list_rights import get_right, get_team, list_goods, list_my_rights
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.web import command_id_of
from qunying.members.member_web import MemberRequest, act_of_member, member_page, signed_in_member_page
from qunying.vetting.noting import note_marks


@require_GET
@signed_in_member_page
def my_rights(request: MemberRequest) -> HttpResponse:
    """Show the member's rights to buy, of all activities."""
    context = {"rights": list_my_rights(None, request.member.id), "of_all": True}
    return render(request, "activities/my_rights.html", context)


@require_POST
@signed_in_member_page
def give_up(request: MemberRequest, right_id: UUID) -> HttpResponse:
    """Give a right up, or a place in a team."""
    cancel_right(**act_of_member(request, "activities.cancel_right"), right_id=right_id)
    messages.success(request, _("Given up. It goes to somebody else."))
    return redirect("activities.play", get_right(right_id).activity_id)


@require_http_methods(["GET", "POST"])
@member_page
def team(request: HttpRequest, team_id: UUID) -> HttpResponse:
    """Show a team to whoever has its link; a POST joins it, for who has signed in."""
    found = get_team(team_id)
    activity, member = found.activity, request.member  # type: ignore[attr-defined]
    now = clock.now()
    if request.method == "POST":
        if member is None:
            return redirect(f"{reverse('messages.sign_in')}?next={request.path}")
        note_marks(request, member.id)
        take_part(
            command_id=command_id_of(request),
            actor=member_actor(member.id, "activities.take_part"),
            now=now,
            activity_id=activity.id,
            member_id=member.id,
            choice=str(team_id),
        )
        messages.success(request, _("You are in the team."))
        return redirect("activities.team", team_id)
    rights = list_my_rights(activity.id, member.id if member else None)
    mine = [shown for shown in rights if shown.right.team_id == team_id]
    context = {
        "team": found,
        "activity": activity,
        "missing": found.size - found.held,
        "is_open": found.state == Team.State.OPEN and found.deadline > now and activity.state == State.OPEN,
        "is_in": any(shown.right.state == Right.State.WAITING for shown in mine),
        "rights": mine,
        "link": request.build_absolute_uri(request.path),
        **list_goods(activity, kind_of(activity.kind).read(activity)),
    }
    return render(request, "activities/team.html", context)


urlpatterns = [
    path("rights/", my_rights, name="activities.my_rights"),
    path("rights/<uuid:right_id>/give-up/", give_up, name="activities.cancel_my_right"),
    path("teams/<uuid:team_id>/", team, name="activities.team"),
]
