"""Coupons of a member, of a template, or of a campaign."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum

from qunying.rewards.coupons import UnknownCoupon
from qunying.rewards.models import Coupon, OrderOffer

A_DAY = timedelta(days=1)


def get_coupon(coupon_id: UUID) -> Coupon:
    """Return a coupon with its template.

    Raises:
        UnknownCoupon: when there is none.
    """
    coupon = Coupon.objects.select_related("template").filter(pk=coupon_id).first()
    if coupon is None:
        raise UnknownCoupon
    return coupon


def list_coupons(
    member_id: UUID | None = None, *, template_id: UUID | None = None, state: str = ""
) -> QuerySet[Coupon]:
    """Return coupons with their templates; order them by ``-claimed_at`` for newest first."""
    coupons = Coupon.objects.select_related("template")
    if member_id is not None:
        coupons = coupons.filter(member_id=member_id)
    if template_id is not None:
        coupons = coupons.filter(template_id=template_id)
    return coupons.filter(state=state) if state else coupons


def list_ending(now: datetime, until: datetime) -> Iterator[Coupon]:
    """Return the coupons that can be used and end between two instants, of members who have had them for a day, by member
    and end; read in parts.
    """
    usable = Coupon.objects.filter(
        state=Coupon.State.CLAIMED, valid_until__gt=now, valid_until__lte=until, claimed_at__lte=now - A_DAY
    )
    return usable.select_related("template").order_by("member_id", "valid_until", "id").iterator()


@dataclass(frozen=True)
class CouponCounts:
    """How a campaign's coupons fared; ``claimed`` counts every coupon that members got, the others where they are now."""

    claimed: int
    ready: int
    reserved: int
    redeemed: int
    expired: int
    discount_minor: int


def count_coupons(campaign_id: UUID) -> CouponCounts:
    """Return how a campaign's coupons fared, and the discount given so far in minor units."""
    counts = Coupon.objects.filter(campaign_id=campaign_id).aggregate(
        claimed=Count("id", filter=~Q(state="withdrawn")),
        ready=Count("id", filter=Q(state="claimed")),
        reserved=Count("id", filter=Q(state="reserved")),
        redeemed=Count("id", filter=Q(state="redeemed")),
        expired=Count("id", filter=Q(state__in=["expired", "rolled_back"])),
        discount_minor=Sum("discount_minor", filter=Q(state="redeemed")),
    )
    discount = (counts["discount_minor"] or 0) - sum_given_back(Q(campaign_id=campaign_id))
    return CouponCounts(**{**counts, "discount_minor": discount})


def sum_given_back(which: Q) -> int:
    """Return how much of the discounts of used coupons came back with parts of their orders."""
    used = Coupon.objects.filter(which, state="redeemed")
    offers = OrderOffer.objects.filter(coupon__in=used, order_price__order_number=F("coupon__order_number"))
    return int(offers.aggregate(total=Sum("given_back_minor", default=0))["total"])
