"""Coupons as the engine wants them."""

from datetime import datetime
from uuid import UUID

from qunying.engines.cart_offers import AmountOff, Benefit, FreeShipping, Gift, Offer, PercentOff
from qunying.rewards.models import CouponTemplate
from qunying.rewards.pricing.cart_terms import read_cart_terms
from qunying.rewards.pricing.promotion_terms import stacking_of


def offer_of_coupon(
    template: CouponTemplate, offer_id: str, valid_from: datetime, valid_until: datetime
) -> Offer:
    """Return a coupon of a template as an offer; of one template at most one serves a cart."""
    cart = read_cart_terms(template.cart_terms)
    return Offer(
        id=offer_id,
        benefit=_benefit(template),
        currency=template.currency,
        scope=cart.scope,
        is_coupon=True,
        starts_at=valid_from,
        ends_at=valid_until,
        threshold_minor=template.threshold_minor,
        family=str(template.id),
        **stacking_of(cart),
    )


def coupon_key(coupon_id: UUID) -> str:
    """Return the id of a coupon among the offers on a cart."""
    return f"coupon:{coupon_id}"


def _benefit(template: CouponTemplate) -> Benefit:
    if template.kind == CouponTemplate.Kind.AMOUNT_OFF:
        return AmountOff(template.amount_minor or 0)
    if template.kind == CouponTemplate.Kind.PERCENT_OFF:
        return PercentOff(template.percent_basis_points or 0, template.cap_minor)
    if template.kind == CouponTemplate.Kind.GIFT:
        return Gift(template.gift_product, template.gift_quantity or 0, template.gift_worth_minor or 0)
    return FreeShipping(template.cap_minor)
