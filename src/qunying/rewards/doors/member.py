"""Member pages: my coupons, and one coupon with its code for the till."""

from typing import Any
from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST

from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Problem
from qunying.kernel.web import address_of, command_id_of
from qunying.members.member_web import MemberRequest, signed_in_member_page
from qunying.rewards.actions.enter_code import enter_code
from qunying.rewards.coupons import UnknownCoupon
from qunying.rewards.doors.loyalty_member import urlpatterns as loyalty_pages
from qunying.rewards.models import Coupon
from qunying.rewards.queries.list_coupons import get_coupon, list_coupons
from qunying.rewards.queries.show_code import show_code

USABLE = {Coupon.State.CLAIMED, Coupon.State.RESERVED}
TABS = {
    "usable": (pgettext_lazy("coupons", "To use"), USABLE),
    "used": (pgettext_lazy("coupons", "Used"), {Coupon.State.REDEEMED}),
    "ended": (pgettext_lazy("coupons", "Ended"), set(Coupon.State) - USABLE - {Coupon.State.REDEEMED}),
}


@signed_in_member_page
def my_coupons(request: MemberRequest) -> HttpResponse:
    """Show the member's coupons by state, and a place to enter a code."""
    return _coupons(request)


@require_POST
@signed_in_member_page
def enter(request: MemberRequest) -> HttpResponse:
    """Enter a code; ten tries a minute by member and by address."""
    now, typed = clock.now(), request.POST.get("code", "")[:40].replace("\0", "")
    try:
        for key in (request.actor.key, address_of(request)):
            count_attempt(f"enter_code:{key}", now=now)
        claimed = enter_code(
            command_id=command_id_of(request),
            actor=member_actor(request.member.id, "rewards.enter_code"),
            now=now,
            member_id=request.member.id,
            code=typed,
        )
    except Problem as problem:
        return _coupons(request, wrong=str(problem), typed=typed, status=problem.kind.http_status)
    return redirect("rewards.my_coupon", claimed.coupon_id)


def _coupons(request: MemberRequest, *, wrong: str = "", typed: str = "", status: int = 200) -> HttpResponse:
    asked = request.GET.get("tab", "")
    tab = asked if asked in TABS else "usable"
    found = list_coupons(request.member.id).filter(state__in=TABS[tab][1])
    context: dict[str, Any] = {
        "tabs": [(name, title) for name, (title, _states) in TABS.items()],
        "tab": tab,
        "coupons": found.order_by("valid_until" if tab == "usable" else "-valid_until")[:200],
    }
    context |= {"wrong": wrong, "typed": typed}
    return render(request, "rewards/my_coupons.html", context, status=status)


@signed_in_member_page
def my_coupon(request: MemberRequest, coupon_id: UUID) -> HttpResponse:
    """Show one coupon of the member with its code; somebody else's does not exist for them."""
    coupon = get_coupon(coupon_id)
    if coupon.member_id != request.member.id:
        raise UnknownCoupon
    code = show_code(coupon) if coupon.state in USABLE else ""
    qr = segno.make(code, error="m").svg_data_uri(scale=6, border=2) if code else ""
    return render(request, "rewards/my_coupon.html", {"coupon": coupon, "code": code, "qr": qr})


urlpatterns = [
    path("coupons/", my_coupons, name="rewards.my_coupons"),
    path("coupons/enter/", enter, name="rewards.enter_code"),
    path("coupons/<uuid:coupon_id>/", my_coupon, name="rewards.my_coupon"),
    *loyalty_pages,
]
