"""What rewards put into the member centre: the membership card, coupons about to end, and the way to each page."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.members.centre import Tab, Visit, list_page, panel
from qunying.rewards.models import Coupon
from qunying.rewards.queries.get_points import points_of
from qunying.rewards.queries.get_tier_at_a_glance import get_tier_at_a_glance
from qunying.rewards.queries.list_coupons import list_coupons

SOON = timedelta(days=30)
COUPONS_SOON = timedelta(days=7)
SHOWN, MOST = 3, 100

list_page(
    Tab.MEMBERSHIP, 10, "rewards.my_tier", _("My tier"), _("Your benefits, and the way to the next tier")
)
list_page(
    Tab.MEMBERSHIP,
    20,
    "rewards.my_points",
    _("My points"),
    _("What you have, what ends soon, every movement"),
)
list_page(Tab.MEMBERSHIP, 30, "rewards.my_coupons", _("My coupons"), _("What you can use, and until when"))


@panel(Tab.HOME, 10, "rewards/home_card.html")
@panel(Tab.MEMBERSHIP, 10, "rewards/home_card.html")
def card(visit: Visit) -> dict[str, Any]:
    """The membership card: tier with progress, points and coupons with what ends soon."""
    assert visit.member is not None  # noqa: S101 - not a public part
    points = points_of(visit.member.id, visit.now)
    ending = [each for each in points.endings if each.ends_at and each.ends_at <= visit.now + SOON]
    usable = list_coupons(visit.member.id).filter(state=Coupon.State.CLAIMED, valid_until__gt=visit.now)
    coupons = list(usable.order_by("valid_until")[:MOST])
    return {
        "tier": get_tier_at_a_glance(visit.member.id, visit.now),
        "points": points,
        "ending": sum(each.amount for each in ending),
        "ends_at": ending[0].ends_at if ending else None,
        "coupons": len(coupons),
        "soon": [each for each in coupons[:SHOWN] if each.valid_until <= visit.now + COUPONS_SOON],
    }
