"""Points that pay for a part of an order: what a quote says of them, how an order keeps, spends and gets them back.

They are no offer: they come after all of them, pay for goods and not for shipping, and no price floor holds for them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal
from uuid import UUID

from qunying.engines.cart_offers import Cart
from qunying.engines.points_payment import asked_points, by_line, most_points
from qunying.rewards.models import POINTS_KEY, CheckoutPolicy, OrderPrice
from qunying.rewards.pricing.checkout_policy import find_policy, payment_terms, scope_of
from qunying.rewards.pricing.quoting import Quote, QuotedPoints, UnusedOffer, hash_quote
from qunying.rewards.queries.get_points import points_of
from qunying.rewards.suspending import list_suspended

type AskedPoints = int | Literal["most"] | None


@dataclass(frozen=True)
class Payer:
    """What a member could pay with points: under which policy, out of how many; obstacle: why nothing at all."""

    policy: CheckoutPolicy | None
    available: int = 0
    obstacle: str = ""

    @property
    def keeps_coupons(self) -> bool:
        """Tell whether points and coupons do not go together."""
        return self.policy is not None and not self.policy.with_coupons


def find_payer(member_id: UUID | None, currency: str, now: datetime, order_number: str | None) -> Payer:
    """Return what a member may pay with; the points that the order keeps already count as theirs."""
    policy = find_policy()
    if policy is None or not policy.minor_per_hundred:
        return Payer(policy, obstacle="no_policy")
    if member_id is None:
        return Payer(policy, obstacle="no_member")
    if policy.currency != currency:
        return Payer(policy, obstacle="other_currency")
    if list_suspended([member_id], now):
        return Payer(policy, obstacle="suspended")
    return Payer(policy, _available(member_id, now, order_number))


def _available(member_id: UUID, now: datetime, order_number: str | None) -> int:
    points = points_of(member_id, now)
    free = min(points.available, sum(ending.amount for ending in points.endings))
    if order_number is not None:
        own = OrderPrice.objects.filter(order_number=order_number, member_id=member_id)
        kept = own.filter(points_hold_id__isnull=False).values_list("points", flat=True).first()
        free += max(0, (kept or 0) - points.debt)  # what comes back repays a debt first
    return free


def pay_with_points(quote: Quote, cart: Cart, payer: Payer, asked: AskedPoints) -> Quote:
    """Return a quote of which points pay what was asked for, as far as they may."""
    terms = payment_terms(payer.policy) if payer.policy is not None and not payer.obstacle else None
    if payer.policy is None or terms is None:
        return replace(quote, points=QuotedPoints(reason=payer.obstacle or "no_policy"))
    scope = scope_of(payer.policy.scope)
    covered = {line.id for line in cart.lines if scope.covers(line)}
    payable = [line.paid_minor if line.id in covered else 0 for line in quote.lines]
    most = most_points(terms, quote.goods_minor, sum(payable), payer.available)
    wanted = 0 if asked is None else most.points if asked == "most" else asked
    payment = asked_points(terms, most, wanted)
    lines = [
        replace(
            line, paid_minor=line.paid_minor - off, points=points, off_by={**line.off_by, POINTS_KEY: off}
        )
        if off
        else line
        for line, (points, off) in zip(quote.lines, by_line(payment, payable), strict=True)
    ]
    return replace(
        quote,
        lines=lines,
        goods_minor=quote.goods_minor - payment.off_minor,
        total_minor=quote.total_minor - payment.off_minor,
        points=QuotedPoints(
            available=payer.available,
            most=most.points,
            most_off_minor=most.off_minor,
            used=payment.points,
            off_minor=payment.off_minor,
            reason=most.reason if asked is None else payment.reason,
            missing_minor=most.missing_minor,
        ),
        quote_hash=hash_quote(quote.currency, quote.shipping_minor, lines, quote.used),
    )


def without_coupons(paid: Quote, coupons: Mapping[str, tuple[UUID, str]]) -> Quote:
    """Return a quote that was made without coupons, saying of each (by offer id: its row and name) that points are used instead."""
    left_out = [
        UnusedOffer(offer_id, "coupon", key, name, "points_instead", 0, [])
        for offer_id, (key, name) in sorted(coupons.items())
    ]
    return replace(paid, unused=[*paid.unused, *left_out])
