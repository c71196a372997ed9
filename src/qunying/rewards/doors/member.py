"""Member pages: my coupons, and one coupon with its code for the till."""

from uuid import UUID

import segno
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import path

from qunying.members.member_web import MemberRequest, signed_in_member_page
from qunying.rewards.coupons import UnknownCoupon
from qunying.rewards.doors.loyalty_member import urlpatterns as loyalty_pages
from qunying.rewards.models import Coupon
from qunying.rewards.queries.list_coupons import get_coupon, list_coupons
from qunying.rewards.queries.show_code import show_code

USABLE = {Coupon.State.CLAIMED, Coupon.State.RESERVED}


@signed_in_member_page
def my_coupons(request: MemberRequest) -> HttpResponse:
    """Show the member's coupons: those to use first, then the others."""
    coupons = list(list_coupons(request.member.id).order_by("valid_until")[:200])
    context = {
        "usable": [coupon for coupon in coupons if coupon.state in USABLE],
        "others": [coupon for coupon in reversed(coupons) if coupon.state not in USABLE],
    }
    return render(request, "rewards/my_coupons.html", context)


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
    path("coupons/<uuid:coupon_id>/", my_coupon, name="rewards.my_coupon"),
    *loyalty_pages,
]
