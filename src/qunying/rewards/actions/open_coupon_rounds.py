"""Bring out the coupons of rounds that have begun."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import bring_out


@action
def open_coupon_rounds(*, command_id: str, actor: Actor, now: datetime) -> int:
    """Bring out the coupons of every round that has begun and return how many came.

    Claims do this for themselves to the second; here it is done for rounds that nobody claims from at once.
    """
    templates = CouponTemplate.objects.filter(state=CouponTemplate.State.OPEN).exclude(rounds=[])
    return sum(
        bring_out(template, command_id=command_id, actor=actor, now=now)
        for template in templates.order_by("pool")
    )
