"""Looking ahead: what the holdout will be able to show, and what the offer will cost."""

from uuid import UUID

from qunying.campaigns.arms import Placement
from qunying.campaigns.measuring.baseline import Baseline, TakeUp
from qunying.campaigns.measuring.preflight import Assumption, LiftChance, OfferExpected, PowerExpected
from qunying.campaigns.models import Arm, Campaign, MeasuredBy, State
from qunying.campaigns.plan import BASIS_POINTS, LIFT_METRICS
from qunying.engines.coupon_value import discount
from qunying.engines.expected_cost import Discount, Rate, forecast
from qunying.engines.power import Outcome, power, required_holdout, smallest_lift
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.terms import engine_terms, largest_discount

SHOWN_LIFTS = (0.05, 0.1, 0.2, 0.3)
USUAL_LIFT = 0.2
# Where no campaign has shown anything yet: a guess that counts no more than twenty members' behaviour would.
GUESSED_CLAIMS, GUESSED_REDEMPTIONS, GUESS_COUNTS = 0.2, 0.3, 20
EARLIER_CAMPAIGNS = 10


def expected_power(campaign: Campaign, baseline: Baseline, placement: Placement) -> PowerExpected | None:
    """Return what members held out can show; None where nobody bought, or where whole communities are held"
    " out."""
    orders, sales = baseline.outcomes.get("orders"), baseline.outcomes.get("sales")
    if placement.measured_by != MeasuredBy.MEMBERS or orders is None or sales is None or orders.mean <= 0:
        return None
    sizes = {"treated": placement.count(Arm.TREATMENT), "control": placement.count(Arm.CONTROL)}
    is_lift = campaign.goal_metric in LIFT_METRICS
    wanted = campaign.goal_target / BASIS_POINTS if is_lift else USUAL_LIFT
    return PowerExpected(
        days=baseline.days,
        orders_per_member=orders.mean,
        sales_per_member_minor=sales.mean,
        chances=[
            LiftChance(lift, _chance(orders, lift, **sizes), _chance(sales, lift, **sizes))
            for lift in sorted({*SHOWN_LIFTS, wanted})
        ],
        smallest_orders_lift=smallest_lift(orders, **sizes),
        smallest_sales_lift=smallest_lift(sales, **sizes),
        wanted_lift=wanted,
        enough_holdout=required_holdout(orders, audience=sum(sizes.values()), relative_lift=wanted),
    )


def expected_offer(campaign: Campaign, baseline: Baseline, people: int) -> OfferExpected | None:
    """Return what the offer will probably cost when ``people`` can have it; None without an offer.

    The discount is what the coupon would have taken off this audience's own orders; where none of them
    qualified, the largest one.
    """
    if campaign.offer_id is None:
        return None
    template = get_template(campaign.offer_id)
    terms, largest = engine_terms(template), largest_discount(template)
    taken = [discount(terms, int(total)) for total in baseline.order_totals if total > 0]
    qualified = [amount for amount in taken if amount > 0]
    expected_discount = Discount.of(qualified) if qualified else Discount(float(largest or 0))
    claims, redemptions = assumptions(campaign, baseline.take_up)
    ahead = forecast(
        audience=people,
        claim_rate=_rate(claims),
        redemption_rate=_rate(redemptions),
        discount=expected_discount,
        pool=template.total,
        budget_minor=campaign.budget_minor,
    )
    return OfferExpected(
        name=template.name,
        stock=template.total,
        largest_minor=largest,
        claim=claims,
        redemption=redemptions,
        discount_mean_minor=expected_discount.mean_minor,
        forecast=ahead,
        liability_minor=round(ahead.claims.expected * (largest or 0)),
        coupons_in_budget=campaign.budget_minor // largest if largest else 0,
    )


def assumptions(campaign: Campaign, seen: TakeUp) -> tuple[Assumption, Assumption]:
    """Return the share who claim and the share of those who redeem: from the plan, earlier campaigns, or a"
    " guess."""
    return (
        _assumption(campaign.expected_claim_basis_points, seen.claimed, seen.treated, GUESSED_CLAIMS),
        _assumption(
            campaign.expected_redemption_basis_points, seen.redeemed, seen.claimed, GUESSED_REDEMPTIONS
        ),
    )


def _assumption(planned: int | None, successes: int, trials: int, guess: float) -> Assumption:
    if planned is not None:
        return Assumption(planned / BASIS_POINTS, "plan", GUESS_COUNTS)
    if trials > 0:
        seen = Rate.seen(min(successes, trials), trials)
        return Assumption(seen.expected, "earlier", trials)
    return Assumption(guess, "guess", GUESS_COUNTS)


def _rate(assumption: Assumption) -> Rate:
    return Rate(assumption.rate, max(1, assumption.evidence))


def earlier_campaigns(campaign: Campaign) -> dict[UUID, int]:
    """Return the latest closed campaigns by invitation that had an offer, with how many members they"
    " treated."""
    closed = Campaign.objects.filter(
        state=State.CLOSED, offer__isnull=False, post_template__isnull=True, is_simulated=False
    )
    rows = closed.exclude(pk=campaign.pk).order_by("-closed_at").values_list("id", "treatment_count")
    return {campaign_id: treated or 0 for campaign_id, treated in rows[:EARLIER_CAMPAIGNS]}


def _chance(outcome: Outcome, lift: float, *, treated: int, control: int) -> float | None:
    if outcome.mean <= 0:
        return None
    return power(outcome, treated=treated, control=control, relative_lift=lift)
