"""Member pages: my badges with the way to the next ones, and the leaderboards."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunying.communities.queries.list_communities_of import list_communities_of
from qunying.honours.actions.choose_ranking import choose_ranking
from qunying.honours.doors.words import formula_lines, parts_lines
from qunying.honours.models import Badge, Ranking
from qunying.honours.queries.get_leaderboard import get_leaderboard, get_standing
from qunying.honours.queries.list_badges import list_badges, list_held
from qunying.kernel import clock
from qunying.members.member_web import MemberRequest, act_of_member, member_page, signed_in_member_page


@require_GET
@signed_in_member_page
def my_badges(request: MemberRequest) -> HttpResponse:
    """Show what the member holds, and the badges that they can still earn."""
    held = list_held([request.member.id]).get(request.member.id, [])
    own = {each.badge_id for each in held}
    others = [badge for badge in list_badges() if badge.pk not in own and badge.state == Badge.State.ACTIVE]
    return render(request, "honours/my_badges.html", {"held": held, "others": others})


@require_GET
@member_page
def leaderboard(request: HttpRequest) -> HttpResponse:
    """Show who contributes most: everywhere to anybody, in a community to who is in it."""
    asked = request.GET.get("period", Ranking.Period.MONTH)
    period = asked if asked in Ranking.Period.values else Ranking.Period.MONTH
    member = request.member  # type: ignore[attr-defined]
    communities = list_communities_of(member.id) if member else []
    chosen = next((each for each in communities if str(each.pk) == request.GET.get("community")), None)
    place: UUID | None = chosen.pk if chosen else None
    now = clock.now()
    context: dict[str, Any] = {
        "periods": Ranking.Period.choices,
        "period": period,
        "communities": communities,
        "chosen": chosen,
        "board": get_leaderboard(period, now, community_id=place, size=20),
        "formula": formula_lines(),
    }
    if member:
        standing = get_standing(member.id, period, now, community_id=place)
        context |= {"standing": standing, "parts": parts_lines(standing.parts)}
    return render(request, "honours/leaderboard.html", context)


@require_POST
@signed_in_member_page
def choose(request: MemberRequest) -> HttpResponse:
    """Leave the leaderboards, or come back to them."""
    is_shown = request.POST.get("is_shown") == "yes"
    choose_ranking(
        **act_of_member(request, "honours.choose_ranking"), member_id=request.member.id, is_shown=is_shown
    )
    told = (
        _("You will be there again within half an hour.")
        if is_shown
        else _("You are on no leaderboard any more.")
    )
    messages.success(request, told)
    return redirect("honours.leaderboard")


urlpatterns = [
    path("badges/", my_badges, name="honours.my_badges"),
    path("leaderboard/", leaderboard, name="honours.leaderboard"),
    path("leaderboard/choice/", choose, name="honours.choose_ranking"),
]
