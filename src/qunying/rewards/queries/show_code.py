"""Coupon codes: shown to their member, found for a till."""

from datetime import datetime

from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.rewards.codes import hash_code, open_code, read_code, written
from qunying.rewards.coupons import UnknownCoupon
from qunying.rewards.models import Coupon

TRIES_PER_MINUTE = 60


def show_code(coupon: Coupon) -> str:
    """Return the code of a coupon as people read it. Only its member, and who may see codes, is shown it."""
    return written(open_code(bytes(coupon.sealed_code)))


def find_coupon_by_code(text: str, *, actor: Actor, now: datetime) -> Coupon:
    """Return the coupon of a code that somebody typed or scanned.

    Each actor has sixty tries a minute: enough for a till, and no way through 2⁶⁵ codes.

    Raises:
        TooManyAttempts: after sixty tries in a minute.
        UnknownCoupon: no coupon has this code.
    """
    count_attempt(f"coupon_code:{actor.key}", now=now, limit=TRIES_PER_MINUTE)
    code = read_code(text)
    if code is not None:
        coupon = Coupon.objects.select_related("template").filter(code_hash=hash_code(code)).first()
        if coupon is not None:
            return coupon
    raise UnknownCoupon
