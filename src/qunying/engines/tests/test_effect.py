import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from qunying.engines.effect import (
    Comparison,
    PairedSummary,
    Summary,
    adjusted,
    compare,
    compare_communities,
    net_effect,
)

pairs = st.lists(st.tuples(st.integers(0, 50), st.integers(0, 50)), min_size=3, max_size=40)


def test_agrees_with_scipy_when_the_small_arm_varies_more():
    generator = np.random.default_rng(3)
    treated, control = generator.normal(5, 9, 20), generator.normal(4, 2, 60)
    result = compare(Summary.of(treated), Summary.of(control))
    expected = stats.ttest_ind(treated, control, equal_var=False)
    interval = expected.confidence_interval(0.95)
    assert result.interval is not None
    assert (result.interval.low, result.interval.high) == pytest.approx((interval.low, interval.high))
    assert result.degrees_of_freedom == pytest.approx(expected.df)


def test_published_welch_example():
    # Welch's t on Student's sleep data (Biometrika 6, 1908): t = -1.8608, df = 17.776, -3.3655 to 0.2055.
    first = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0]
    second = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
    result = compare(Summary.of(first), Summary.of(second))
    assert result.interval is not None
    assert result.standard_error is not None
    assert (result.interval.low, result.interval.high) == pytest.approx((-3.3654832, 0.2054832))
    assert result.degrees_of_freedom == pytest.approx(17.776, abs=0.001)
    assert result.difference / result.standard_error == pytest.approx(-1.8608, abs=0.0001)
    assert result.verdict == "not_proven"


def test_never_narrower_than_the_pooled_interval():
    generator = np.random.default_rng(4)
    treated, control = generator.normal(5, 9, 60), generator.normal(4, 2, 20)
    result = compare(Summary.of(treated), Summary.of(control))
    pooled = math.sqrt((59 * treated.var(ddof=1) + 19 * control.var(ddof=1)) / 78 * (1 / 60 + 1 / 20))
    assert result.standard_error == pytest.approx(pooled)


def test_a_silent_holdout_proves_nothing_alone():
    # Ten members without an order say little when one member in twenty orders.
    assert compare(Summary(1_000, 50, 50), Summary(10, 0, 0)).verdict == "not_proven"


def test_adjusted_equals_the_regression_with_the_past():
    # In equal arms with a common slope, the estimate is the arm coefficient of outcome ~ arm + past.
    generator = np.random.default_rng(5)
    before = generator.poisson(4, 400).astype(float)
    treated = np.repeat([1.0, 0.0], 200)
    after = 2 + 0.8 * before + 0.5 * treated + generator.normal(0, 1, 400)
    design = np.column_stack([np.ones(400), treated, before])
    coefficients, residuals = np.linalg.lstsq(design, after)[:2]
    error = math.sqrt(residuals[0] / 397 * np.linalg.inv(design.T @ design)[1, 1])
    result = adjusted(
        PairedSummary.of(after[:200], before[:200]), PairedSummary.of(after[200:], before[200:])
    )
    assert result.difference == pytest.approx(coefficients[1])
    assert result.standard_error == pytest.approx(error, rel=0.02)
    assert result.verdict == "proven_positive"
    assert 0.5 < result.variance_reduction < 1


def test_a_past_that_does_not_vary_changes_nothing():
    result = adjusted(PairedSummary.of([1, 2, 3], [7, 7, 7]), PairedSummary.of([2, 2, 5], [7, 7, 7]))
    assert result == compare(Summary.of([1, 2, 3]), Summary.of([2, 2, 5]))


@given(pairs, pairs)
def test_every_answer_is_consistent(treated, control):
    result = adjusted(
        PairedSummary.of([row[0] for row in treated], [row[1] for row in treated]),
        PairedSummary.of([row[0] for row in control], [row[1] for row in control]),
    )
    numbers = [result.treated_mean, result.control_mean, result.difference]
    assert all(math.isfinite(number) for number in numbers)
    if result.interval is None:
        assert result.state == "no_variation"
        assert result.verdict == "not_proven"
        return
    assert result.interval.low <= result.difference <= result.interval.high
    assert (result.verdict == "not_proven") == (result.interval.low <= 0 <= result.interval.high)
    if result.relative_interval is not None:
        low, high = result.relative_interval.low, result.relative_interval.high
        assert result.relative is not None
        assert low <= result.relative <= high
        # Both intervals must tell the same story, or one page contradicts itself.
        edge = min(abs(low), abs(high), abs(result.interval.low), abs(result.interval.high))
        assert edge < 1e-9 or (low > 0, high < 0) == (result.interval.low > 0, result.interval.high < 0)


@given(pairs, pairs)
def test_arms_swapped_is_the_mirror_image(first, second):
    treated = Summary.of([row[0] for row in first])
    control = Summary.of([row[0] for row in second])
    result, mirror = compare(treated, control), compare(control, treated)
    assert result.difference == -mirror.difference
    assert result.standard_error == pytest.approx(mirror.standard_error)


@pytest.mark.parametrize(
    ("treated", "control", "state"),
    [
        ([], [], "too_few"),
        ([1], [1, 2, 3], "too_few"),
        ([1, 2, 3], [5], "too_few"),
        ([1, 1], [1, 1], "no_variation"),
        ([2, 2, 2], [0, 0], "no_variation"),
        ([0, 1], [0, 0], "measured"),
    ],
)
def test_small_and_constant_arms_are_a_state(treated, control, state):
    zeros = [0] * len(treated), [0] * len(control)
    for result in (
        compare(Summary.of(treated), Summary.of(control)),
        adjusted(PairedSummary.of(treated, zeros[0]), PairedSummary.of(control, zeros[1])),
        compare_communities(Summary.of(treated), Summary.of(control)),
    ):
        assert (result.state, result.verdict) == (state, "not_proven")
        assert (result.interval is None) == (state != "measured")


def test_fieller_covers_the_true_ratio():
    generator = np.random.default_rng(6)
    hits = 0
    for _ in range(1_000):
        treated, control = generator.gamma(1, 1.3, 80), generator.gamma(1, 1, 80)
        interval = compare(Summary.of(treated), Summary.of(control)).relative_interval
        assert interval is not None
        hits += interval.low <= 0.3 <= interval.high
    assert 929 <= hits <= 971


def test_no_relative_lift_over_an_uncertain_or_negative_base():
    uncertain = compare(Summary.of([4, 5, 6]), Summary.of([0, 0, 3]))
    assert uncertain.relative is not None
    assert uncertain.relative_interval is None
    negative = compare(Summary.of([4, 5, 6]), Summary.of([-4, -3, -5]))
    assert (negative.relative, negative.relative_interval, negative.verdict) == (
        None,
        None,
        "proven_positive",
    )


def test_few_communities_keep_their_promise():
    # Members of a community move together; counting members would "prove" far too often.
    generator = np.random.default_rng(7)
    by_community = by_member = 0
    for _ in range(1_000):
        levels = generator.normal(10, 2, 10)
        members = levels[:, None] + generator.normal(0, 5, (10, 40))
        means = members.mean(axis=1)
        community = compare_communities(Summary.of(means[:5]), Summary.of(means[5:]))
        assert community.degrees_of_freedom == 4
        by_community += community.verdict != "not_proven"
        member = compare(Summary.of(members[:5].ravel()), Summary.of(members[5:].ravel()))
        by_member += member.verdict != "not_proven"
    assert by_community <= 50
    assert by_member > 200


def test_net_effect_scales_to_all_treated_members():
    treated, control = Summary.of([1_000, 1_400, 1_200, 1_200]), Summary.of([900, 1_100, 1_000, 1_000])
    sales = compare(treated, control)
    result = net_effect(sales, incentive_cost_minor=300)
    assert sales.interval is not None
    assert (result.incremental_sales_minor, result.net_minor) == (800, 500)
    assert result.interval_low_minor == round(4 * sales.interval.low) - 300
    assert result.interval_high_minor == round(4 * sales.interval.high) - 300


def test_a_proven_lift_may_still_lose_money():
    sales = compare(Summary(1_000, 120_000, 15_000_000), Summary(1_000, 100_000, 11_000_000))
    assert sales.verdict == "proven_positive"
    assert net_effect(sales, incentive_cost_minor=90_000).verdict == "proven_negative"
    credited = net_effect(sales, incentive_cost_minor=90_000, control_incentive_cost_minor=90_000)
    assert credited.net_minor == 20_000


def test_net_effect_without_a_measurement_only_shows_the_cost():
    result = net_effect(compare(Summary.of([5]), Summary.of([])), incentive_cost_minor=70)
    assert (result.verdict, result.net_minor, result.interval_low_minor) == ("not_proven", -70, None)


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="confidence"):
        compare(Summary.of([1, 2]), Summary.of([1, 2]), confidence=1.0)


# The promise of the campaign report, kept on real orders: random halves with and without an effect.


def comparisons(before, after, *, held_out: float, factor: float, seed: int) -> list[Comparison]:
    """1,000 seeded random splits; each treated outcome multiplied by the factor."""
    generator = np.random.default_rng(seed)
    rank = np.argsort(generator.random((1_000, len(after))), axis=1)
    control = (rank < round(held_out * len(after))).astype(float)
    raised = after * factor

    def sums(members, outcome) -> list[PairedSummary]:
        columns = np.column_stack(
            [np.ones_like(outcome), outcome, outcome**2, before, before**2, outcome * before]
        )
        return [PairedSummary(int(row[0]), *row[1:]) for row in (members @ columns).tolist()]

    arms = zip(sums(1 - control, raised), sums(control, after.astype(float)), strict=True)
    return [adjusted(treated, held) for treated, held in arms]


def verdicts(results: list[Comparison]) -> dict[str, int]:
    found = [result.verdict for result in results]
    return {verdict: found.count(verdict) for verdict in ("proven_positive", "proven_negative", "not_proven")}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_real_halves_without_an_effect_are_not_proven(real_outcomes, seed):
    real = real_outcomes
    orders = comparisons(real.orders_before, real.orders_after, held_out=0.5, factor=1.0, seed=seed)
    sales = comparisons(real.sales_before, real.sales_after, held_out=0.5, factor=1.0, seed=seed)
    assert 929 <= verdicts(orders)["not_proven"] <= 971
    assert verdicts(sales)["not_proven"] >= 929


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_real_lift_of_a_fifth_is_found(real_outcomes, seed):
    real = real_outcomes
    orders = comparisons(real.orders_before, real.orders_after, held_out=0.5, factor=1.2, seed=seed)
    assert verdicts(orders)["proven_positive"] >= 950
    assert np.median([result.relative for result in orders]) == pytest.approx(0.2, abs=0.01)
    intervals = [result.relative_interval for result in orders]
    covered = sum(interval is not None and interval.low <= 0.2 <= interval.high for interval in intervals)
    assert covered >= 929


def test_without_the_past_the_same_lift_is_often_missed(real_outcomes):
    # Why `adjusted` is the default: with a constant past it is the plain comparison of means.
    nothing = np.zeros_like(real_outcomes.orders_before)
    orders = comparisons(nothing, real_outcomes.orders_after, held_out=0.5, factor=1.2, seed=1)
    assert 600 <= verdicts(orders)["proven_positive"] <= 800


@pytest.mark.parametrize("held_out", [0.2, 0.1, 0.05])
def test_small_holdouts_do_not_flatter_the_campaign(real_outcomes, held_out):
    real = real_outcomes
    for before, after in ((real.orders_before, real.orders_after), (real.sales_before, real.sales_after)):
        counts = verdicts(comparisons(before, after, held_out=held_out, factor=1.0, seed=4))
        assert counts["not_proven"] >= 929
        assert counts["proven_positive"] <= 40
