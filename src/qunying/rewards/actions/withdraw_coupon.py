"""Take an unused coupon back."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import Purpose, of_brand
from qunying.ledger.actions.post import post
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.entries import Entry, Line, Release
from qunying.rewards.coupons import asset_of, available_of, event_of, lapsed, lock_coupon, refuse_state
from qunying.rewards.events import COUPON_WITHDRAWN
from qunying.rewards.models import Coupon
from qunying.stream.record import record


@action
def withdraw_coupon(*, command_id: str, actor: Actor, now: datetime, coupon_id: UUID, reason: str) -> None:
    """Take back a coupon given by mistake: the unit returns to the stock, the budget is free again.

    Raises:
        UnknownCoupon: there is no such coupon.
        CouponNotUsable: it is reserved, was used, or has ended.
    """
    coupon = lock_coupon(coupon_id)
    if coupon.state != Coupon.State.CLAIMED and not lapsed(coupon, now):
        raise refuse_state(coupon)
    pool_id = coupon.template.pool_id
    if pool_id is None:
        raise ValueError("a claimed coupon comes from a stock")
    return_serial(command_id=command_id, actor=actor, now=now, pool_id=pool_id, serial=coupon.serial)
    releases = []
    if coupon.unit_hold_id is not None:
        releases.append(Release(coupon.unit_hold_id, "expired"))
    if coupon.budget_hold_id is not None:
        releases.append(Release(coupon.budget_hold_id))
    entry = Entry(
        kind="coupon_withdrawn",
        part=str(coupon.id),
        lines=(Line(available_of(coupon), -1), Line(of_brand(asset_of(coupon), Purpose.ISSUANCE), 1)),
        releases=tuple(releases),
        reason=reason,
        campaign_id=coupon.campaign_id,
    )
    post(command_id=command_id, actor=actor, now=now, entry=entry)
    coupon.state = Coupon.State.WITHDRAWN
    coupon.unit_hold_id = coupon.budget_hold_id = coupon.reserved_until = None
    coupon.ended_at = now
    coupon.save()
    record(event_of(coupon, COUPON_WITHDRAWN, now, reason=reason))
