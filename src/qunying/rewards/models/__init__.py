"""Tables of rewards, one file per subject; all are imported here so that Django finds them."""

from .bar import Bar, Suspension
from .coupon import Coupon, CouponTemplate
from .points import PointsGrant

__all__ = ["Bar", "Coupon", "CouponTemplate", "PointsGrant", "Suspension"]
