"""Coupons on their way: finding and locking one, and the lines that each step writes into the book."""

from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import AccountRef, Purpose, coupon_asset, of_brand, of_campaign, of_member
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent


class UnknownTemplate(Problem):
    """There is no such coupon template."""

    code = "unknown_template"
    kind = Kind.NOT_FOUND
    message = _("There is no such coupon offer.")


class UnknownCoupon(Problem):
    """There is no such coupon."""

    code = "unknown_coupon"
    kind = Kind.NOT_FOUND
    message = _("There is no such coupon.")


class CouponNotUsable(Problem):
    """The coupon is not in the state that the step needs."""

    code = "coupon_not_usable"
    kind = Kind.CONFLICT
    message = _("This coupon cannot be used for that now: {state}.")


class CouponNotValidYet(Problem):
    """The coupon's time has not begun."""

    code = "coupon_not_valid_yet"
    kind = Kind.CONFLICT
    message = _("This coupon is not valid yet.")


class CouponHasExpired(Problem):
    """The coupon's time is over."""

    code = "coupon_has_expired"
    kind = Kind.CONFLICT
    message = _("This coupon has expired.")


class CouponTaken(Problem):
    """The coupon is reserved for another order."""

    code = "coupon_taken"
    kind = Kind.CONFLICT
    message = _("This coupon is reserved for another order.")


def find_template(template_id: UUID) -> CouponTemplate:
    """Return a template.

    Raises:
        UnknownTemplate: when there is none.
    """
    template = CouponTemplate.objects.filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    return template


def lock_coupon(coupon_id: UUID) -> Coupon:
    """Return a coupon with its template, its row held until the transaction ends.

    Raises:
        UnknownCoupon: when there is none.
    """
    locked = Coupon.objects.select_for_update(of=("self",), no_key=True)
    coupon = locked.select_related("template").filter(pk=coupon_id).first()
    if coupon is None:
        raise UnknownCoupon
    return coupon


def refuse_state(coupon: Coupon) -> CouponNotUsable:
    """Return the problem that says in which state the coupon is."""
    return CouponNotUsable(state=str(Coupon.State(coupon.state).label))


def asset_of(coupon: Coupon) -> str:
    """Return the asset that the coupon is a unit of."""
    return coupon_asset(coupon.template_id)


def available_of(coupon: Coupon) -> AccountRef:
    """Return the account in which the coupon is while its member may use it."""
    return of_member(coupon.member_id, asset_of(coupon))


def redeemed_of(coupon: Coupon) -> AccountRef:
    """Return the account of used coupons."""
    return of_brand(asset_of(coupon), Purpose.REDEEMED)


def spent_of(coupon: Coupon) -> AccountRef:
    """Return the account of what the coupon's campaign has spent."""
    if coupon.campaign_id is None:
        raise ValueError("a coupon without a campaign spends no budget")
    return of_campaign(coupon.campaign_id, coupon.template.currency, Purpose.BUDGET_SPENT)


def lapsed(coupon: Coupon, now: datetime) -> bool:
    """Tell whether the coupon is still marked as reserved although the time of it is over."""
    return coupon.state == Coupon.State.RESERVED and (
        coupon.reserved_until is None or coupon.reserved_until <= now
    )


def clear_reservation(coupon: Coupon) -> None:
    """Make a coupon ready to use again; the caller saves it."""
    coupon.state = Coupon.State.CLAIMED
    coupon.unit_hold_id = None
    coupon.reserved_until = None


class ToldOf(Protocol):
    """A coupon, stored or not, as far as an event tells of it."""

    @property
    def id(self) -> UUID: ...
    @property
    def template_id(self) -> UUID: ...
    @property
    def template(self) -> CouponTemplate: ...
    @property
    def member_id(self) -> UUID: ...
    @property
    def campaign_id(self) -> UUID | None: ...
    @property
    def order_id(self) -> UUID | None: ...
    @property
    def serial(self) -> int: ...


def event_of(
    coupon: ToldOf,
    event_type: EventType,
    now: datetime,
    *,
    amount_minor: int | None = None,
    **properties: str,
) -> NewEvent:
    """Return an event about a coupon."""
    return NewEvent(
        type=event_type,
        occurred_at=now,
        received_at=now,
        member_id=coupon.member_id,
        campaign_id=coupon.campaign_id,
        order_id=coupon.order_id,
        amount_minor=amount_minor,
        currency=coupon.template.currency if amount_minor is not None else None,
        properties={
            "template_id": str(coupon.template_id),
            "coupon_id": str(coupon.id),
            "serial": str(coupon.serial),
            **properties,
        },
    )
