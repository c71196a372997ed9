import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from qunying.engines.expected_cost import Discount, Estimate, Rate, forecast

rates = st.builds(Rate, st.floats(0, 1), st.none() | st.floats(1, 1e5))


def simulated(audience, claim, redeem, discounts, pool, rounds=20_000) -> list[NDArray[np.float64]]:
    """The same offer played out many times."""
    generator = np.random.default_rng(2)

    def draw(rate) -> NDArray[np.float64]:
        if rate.evidence is None:
            return np.full(rounds, rate.expected)
        first = rate.expected * rate.evidence
        return np.asarray(generator.beta(first, rate.evidence - first, rounds))

    demand = generator.binomial(audience, draw(claim))
    claims = np.minimum(demand, pool)
    redemptions = generator.binomial(claims, draw(redeem))
    cost = np.array([generator.choice(discounts, count).sum() for count in redemptions])
    return [demand, claims, redemptions, cost]


@pytest.mark.parametrize(
    ("audience", "claim", "redeem", "discounts", "pool"),
    [
        (2_000, Rate(0.1), Rate(0.5), [500, 1_000, 3_000], 2_000),
        (2_000, Rate(0.1, 50), Rate(0.5, 40), [500, 1_000, 3_000], 250),
        (500, Rate(0.3, 200), Rate(0.6), [800], 140),
        (300, Rate.seen(3, 40), Rate.seen(9, 11), [100, 900], 300),
    ],
)
def test_agrees_with_the_offer_played_out(audience, claim, redeem, discounts, pool):
    result = forecast(
        audience=audience,
        claim_rate=claim,
        redemption_rate=redeem,
        discount=Discount.of(discounts),
        pool=pool,
    )
    played = simulated(audience, claim, redeem, discounts, pool)
    estimates = (result.demand, result.claims, result.redemptions, result.cost_minor)
    for estimate, outcomes in zip(estimates, played, strict=True):
        scale = outcomes.std() + 1
        assert estimate.expected == pytest.approx(outcomes.mean(), abs=0.05 * scale)
        low, high = np.quantile(outcomes, [0.025, 0.975])
        assert (estimate.low, estimate.high) == pytest.approx((low, high), abs=0.2 * scale)
    assert result.stock_out == pytest.approx((played[0] > pool).mean(), abs=0.015)


def test_the_budget_is_weighed():
    discount = Discount.of([500, 1_000, 3_000])
    cost = simulated(2_000, Rate(0.1, 50), Rate(0.5), [500, 1_000, 3_000], 2_000)[3]
    for budget in (50_000, 150_000, 400_000):
        result = forecast(
            audience=2_000,
            claim_rate=Rate(0.1, 50),
            redemption_rate=Rate(0.5),
            discount=discount,
            budget_minor=budget,
        )
        assert result.over_budget == pytest.approx((cost > budget).mean(), abs=0.02)


def test_large_audiences_are_quick_and_exact_in_the_mean():
    result = forecast(
        audience=10_000_000, claim_rate=Rate(0.03), redemption_rate=Rate(0.4), discount=Discount(1_500, 200)
    )
    assert result.demand.expected == pytest.approx(300_000)
    assert result.cost_minor.expected == pytest.approx(300_000 * 0.4 * 1_500)
    assert result.demand.high - result.demand.low == pytest.approx(
        2 * 1.96 * (300_000 * 0.97) ** 0.5, rel=0.01
    )


@settings(deadline=None, max_examples=30)
@given(
    st.integers(0, 10**6),
    rates,
    rates,
    st.just(Discount(0)) | st.builds(Discount, st.floats(0, 1e6, exclude_min=True), st.floats(0, 1e6)),
    st.none() | st.integers(0, 10**6),
)
def test_every_forecast_is_possible(audience, claim, redeem, discount, pool):
    result = forecast(
        audience=audience,
        claim_rate=claim,
        redemption_rate=redeem,
        discount=discount,
        pool=pool,
        budget_minor=100,
    )
    stock = audience if pool is None else min(pool, audience)
    for estimate in (result.demand, result.claims, result.redemptions, result.cost_minor):
        assert 0 <= estimate.low <= estimate.high
        assert estimate.expected >= 0
    slack = 1 + 1e-9
    assert result.claims.expected <= min(stock, result.demand.expected * slack) * slack
    assert result.claims.high <= stock
    assert result.redemptions.expected <= result.claims.expected * slack
    assert 0 <= result.stock_out <= 1
    assert result.over_budget is not None
    assert 0 <= result.over_budget <= 1


@given(st.integers(1, 2_000), st.integers(0, 2_000), st.integers(0, 500))
def test_a_larger_pool_never_raises_the_stock_out(audience, pool, more):
    small, large = (
        forecast(
            audience=audience,
            claim_rate=Rate(0.2, 30),
            redemption_rate=Rate(1),
            discount=Discount(1),
            pool=size,
        )
        for size in (pool, pool + more)
    )
    assert large.stock_out <= small.stock_out + 1e-12
    assert large.claims.expected >= small.claims.expected - 1e-9


def test_certain_offers_have_no_spread():
    result = forecast(
        audience=100, claim_rate=Rate(1), redemption_rate=Rate(1), discount=Discount(250), pool=40
    )
    assert result.claims == Estimate(40, 40, 40)
    assert result.cost_minor.expected == 10_000
    assert (result.cost_minor.low, result.cost_minor.high) == pytest.approx((10_000, 10_000))
    assert result.stock_out == 1
    nobody = forecast(audience=0, claim_rate=Rate(0.5), redemption_rate=Rate(1), discount=Discount(250))
    assert nobody.claims == Estimate(0, 0, 0)
    assert nobody.cost_minor.high == pytest.approx(0, abs=1e-6)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Rate(1.1),
        lambda: Rate(0.5, 0),
        lambda: Rate.seen(3, 2),
        lambda: Discount(-1),
        lambda: Discount(0, 1),
        lambda: Discount.of([]),
        lambda: forecast(audience=-1, claim_rate=Rate(1), redemption_rate=Rate(1), discount=Discount(1)),
        lambda: forecast(
            audience=1, claim_rate=Rate(1), redemption_rate=Rate(1), discount=Discount(1), confidence=1
        ),
    ],
)
def test_impossible_figures_are_refused(build):
    with pytest.raises(ValueError, match=r"must|cannot|expected"):
        build()
