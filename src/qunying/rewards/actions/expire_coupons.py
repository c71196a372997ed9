"""End coupons whose time is over, and reservations whose time is over."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.ledger.accounts import Purpose, of_brand
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.entries import MAX_ENTRIES, Entry, Line, Release
from qunying.rewards.coupons import asset_of, available_of, clear_reservation, event_of
from qunying.rewards.events import COUPON_EXPIRED, COUPON_RELEASED
from qunying.rewards.models import Coupon
from qunying.stream.record import record

_ENDED = ("state", "unit_hold_id", "budget_hold_id", "reserved_until", "ended_at")


@dataclass(frozen=True)
class ExpiredCoupons:
    """How many reservations lapsed and how many coupons ended; fewer than the limit: none are left."""

    released: int
    expired: int


@action
def expire_coupons(
    *, command_id: str, actor: Actor, now: datetime, limit: int = MAX_ENTRIES
) -> ExpiredCoupons:
    """Free up to ``limit`` lapsed reservations, then end up to ``limit`` coupons whose time is over.

    Coupons that somebody works on at this moment are left for the next time. Each coupon ends by one
    transaction whose id follows from its own, so running twice changes nothing.
    """
    released = _release(command_id, actor, now, limit)
    return ExpiredCoupons(released, _expire(command_id, actor, now, limit))


def _release(command_id: str, actor: Actor, now: datetime, limit: int) -> int:
    due = Coupon.objects.filter(state=Coupon.State.RESERVED, reserved_until__lte=now)
    coupons = _locked(due, "reserved_until", limit)
    entries = []
    for coupon in coupons:
        if coupon.unit_hold_id is not None:
            lapse = (Release(coupon.unit_hold_id, "expired"),)
            entries.append(Entry(kind="hold_expired", part=str(coupon.unit_hold_id), releases=lapse))
        clear_reservation(coupon)
    post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    Coupon.objects.bulk_update(coupons, ["state", "unit_hold_id", "reserved_until"])
    record(*(event_of(coupon, COUPON_RELEASED, now, reason="time_over") for coupon in coupons))
    return len(coupons)


def _expire(command_id: str, actor: Actor, now: datetime, limit: int) -> int:
    due = Coupon.objects.filter(state=Coupon.State.CLAIMED, valid_until__lte=now)
    coupons = _locked(due, "valid_until", limit)
    entries = []
    for coupon in coupons:
        lines = (Line(available_of(coupon), -1), Line(of_brand(asset_of(coupon), Purpose.BREAKAGE), 1))
        holds = (Release(coupon.budget_hold_id),) if coupon.budget_hold_id is not None else ()
        entries.append(
            Entry(
                kind="coupon_expired",
                id=derived_id("coupon_expired", str(coupon.id)),
                lines=lines,
                releases=holds,
                campaign_id=coupon.campaign_id,
            )
        )
        coupon.state = Coupon.State.EXPIRED
        coupon.budget_hold_id = None
        coupon.ended_at = now
    post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    Coupon.objects.bulk_update(coupons, _ENDED)
    record(*(event_of(coupon, COUPON_EXPIRED, now) for coupon in coupons))
    return len(coupons)


def _locked(due: QuerySet[Coupon], order: str, limit: int) -> list[Coupon]:
    free = due.select_for_update(of=("self",), skip_locked=True, no_key=True).select_related("template")
    return list(free.order_by(order, "id")[:limit])
