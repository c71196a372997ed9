"""Tables of rewards, one file per subject; all are imported here so that Django finds them."""

from .bar import Bar, Suspension
from .coupon import Coupon, CouponTemplate
from .earning import Asset, Earning, EarningCount, EarningRule, PastEarning, Returned
from .points import PointsGrant
from .promotion import PriceFloor, Promotion

__all__ = [
    "Asset",
    "Bar",
    "Coupon",
    "CouponTemplate",
    "Earning",
    "EarningCount",
    "EarningRule",
    "PastEarning",
    "PointsGrant",
    "PriceFloor",
    "Promotion",
    "Returned",
    "Suspension",
]
