"""Tables of rewards, one file per subject; all are imported here so that Django finds them."""

from .bar import Bar, Suspension
from .coupon import Coupon, CouponTemplate
from .earning import Asset, Earning, EarningCount, EarningRule, PastEarning, Returned
from .points import PointsGrant

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
    "Returned",
    "Suspension",
]
