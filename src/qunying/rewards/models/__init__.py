"""Tables of rewards, one file per subject; all are imported here so that Django finds them."""

from .bar import Bar, Suspension
from .checkout import CheckoutPolicy
from .code_batch import BatchCode, CodeBatch
from .coupon import Coupon, CouponTemplate
from .earning import Asset, Earning, EarningCount, EarningRule, HiddenContent, PastEarning, Returned
from .order_price import POINTS_KEY, OrderOffer, OrderPrice, OrderPriceLine
from .points import PointsGrant, PointsWorth
from .promotion import PriceFloor, Promotion
from .tiers import BirthdayGift, MemberTier, TierPolicy

__all__ = [
    "POINTS_KEY",
    "Asset",
    "Bar",
    "BatchCode",
    "BirthdayGift",
    "CheckoutPolicy",
    "CodeBatch",
    "Coupon",
    "CouponTemplate",
    "Earning",
    "EarningCount",
    "EarningRule",
    "HiddenContent",
    "MemberTier",
    "OrderOffer",
    "OrderPrice",
    "OrderPriceLine",
    "PastEarning",
    "PointsGrant",
    "PointsWorth",
    "PriceFloor",
    "Promotion",
    "Returned",
    "Suspension",
    "TierPolicy",
]
