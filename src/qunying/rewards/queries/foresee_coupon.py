"""What a coupon may come to: claims, when the last one is gone, and the cost, played many times."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.engines.simulate_activity import Claims, Outcome, simulate_activity
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.queries.get_budget import get_budget
from qunying.ledger.queries.list_pools import list_levels
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.queries.get_liability import ENOUGH_ENDED
from qunying.rewards.terms import claim_times, largest_discount
from qunying.shop.queries.expect_by_hour import expect_by_hour

RUNS = 1_000
OPEN_END = timedelta(days=14)  # looked ahead when claims have no last day


class DiscountNotKnown(Problem):
    """Nothing bounds what a coupon takes off, and nobody said what to reckon with."""

    code = "discount_not_known"
    kind = Kind.INVALID
    message = _("Nothing bounds what this coupon takes off: say what one use costs.")


class ClaimsAreOver(Problem):
    """Nobody can claim the coupon any more."""

    code = "claims_are_over"
    kind = Kind.CONFLICT
    message = _("Claims of “{offer}” are over.")


@dataclass(frozen=True)
class CouponForeseen:
    """The outcome; coupons left to claim as stock and budget allow; used: the share that is used (0-1); what a use costs."""

    outcome: Outcome
    left: int
    used: float
    cost_minor: int
    begins: datetime
    ends: datetime
    currency: str


def foresee_coupon(
    template: CouponTemplate,
    *,
    per_hour: float,
    used: float | None = None,
    cost_minor: int | None = None,
    now: datetime,
    seed: int = 1,
) -> CouponForeseen:
    """Return what a thousand runs of a coupon come to, until claims end (two weeks where they have no end).

    Args:
        per_hour: members who ask for one per hour, on average; they come by the brand's own active hours.
        used: share of the coupons that is used; None: that of the brand's coupons so far, a half before there are twenty.
        cost_minor: what one use costs; None: the largest discount.

    Raises:
        DiscountNotKnown, ClaimsAreOver.
    """
    largest = largest_discount(template)
    cost = largest if cost_minor is None else cost_minor
    if cost is None:
        raise DiscountNotKnown
    opens, closes = claim_times(template)
    begins = max(now, opens) if opens else now
    ends = closes or begins + OPEN_END
    if ends <= begins or template.state == CouponTemplate.State.CLOSED:
        raise ClaimsAreOver(offer=template.name)
    left, share = _left(template, largest), _share_used() if used is None else used
    arrivals = expect_by_hour(begins, ends, per_hour, now)
    outcome = simulate_activity(Claims(left, share, cost), arrivals, runs=RUNS, seed=seed)
    return CouponForeseen(outcome, left, share, cost, begins, ends, template.currency)


def _left(template: CouponTemplate, largest: int | None) -> int:
    """Return how many can still be claimed: what stock and the campaign's budget allow."""
    left = template.total
    if template.pool_id:
        level = list_levels([template.pool_id])[template.pool_id]
        left = level.left + (max(0, template.total - level.total) if template.rounds else 0)
    if template.campaign_id is not None and largest:
        budget = get_budget(template.campaign_id)
        left = min(left, budget.free // largest) if budget.currency else left
    return left


def _share_used() -> float:
    ended = Coupon.objects.filter(state__in=[Coupon.State.REDEEMED, Coupon.State.EXPIRED])
    count = ended.count()
    return ended.filter(state=Coupon.State.REDEEMED).count() / count if count >= ENOUGH_ENDED else 0.5
