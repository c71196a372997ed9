import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.effect import PairedSummary, Summary, adjusted, compare
from qunying.engines.power import Outcome, power, required_holdout, smallest_lift
from qunying.engines.tests.test_effect import comparisons, verdicts

PLAIN = Outcome(mean=1, deviation=1)


# Tables assume equal deviations: a lift of next to nothing on a huge mean.
TABLE = Outcome(mean=1e9, deviation=1)


@pytest.mark.parametrize(
    ("size", "effect", "published"), [(50, 0.5, 0.70), (20, 0.5, 0.33), (100, 0.2, 0.29)]
)
def test_published_power(size, effect, published):
    # Cohen (1988), table 2.3.5: two-sided alpha .05.
    found = power(TABLE, treated=size, control=size, relative_lift=effect / 1e9)
    assert found == pytest.approx(published, abs=0.01)


@pytest.mark.parametrize(("effect", "size"), [(0.5, 64), (0.8, 26)])
def test_published_sample_size(effect, size):
    # Cohen (1988), table 2.4.1: the smallest arms with power .80.
    enough, short = (power(TABLE, treated=n, control=n, relative_lift=effect / 1e9) for n in (size, size - 1))
    assert enough >= 0.8 > short


@pytest.mark.parametrize(("treated", "control", "explained"), [(300, 300, 0), (900, 100, 0), (500, 120, 0.6)])
def test_agrees_with_simulated_campaigns(treated, control, explained):
    outcome = Outcome(mean=4, deviation=3, explained=explained)
    generator = np.random.default_rng(8)
    found = 0
    for _ in range(1_000):
        before = generator.normal(0, 1, treated + control)
        noise = generator.normal(0, 1, treated + control)
        after = 4 + 3 * (explained**0.5 * before + (1 - explained) ** 0.5 * noise)
        after[:treated] *= 1.15
        if explained:
            arms = [
                PairedSummary.of(after[part], before[part]) for part in (slice(treated), slice(treated, None))
            ]
            found += adjusted(*arms).verdict == "proven_positive"
        else:
            found += compare(
                *(Summary.of(after[part]) for part in (slice(treated), slice(treated, None)))
            ).verdict == ("proven_positive")
    promised = power(outcome, treated=treated, control=control, relative_lift=0.15)
    assert found / 1_000 == pytest.approx(promised, abs=0.05)


@given(
    st.floats(0.1, 100), st.floats(0.01, 100), st.floats(0, 0.9), st.integers(2, 10**6), st.integers(2, 10**6)
)
def test_the_smallest_lift_has_the_wanted_power(mean, deviation, explained, treated, control):
    outcome = Outcome(mean, deviation, explained)
    lift = smallest_lift(outcome, treated=treated, control=control)
    if lift is None:
        assert power(outcome, treated=treated, control=control, relative_lift=100) < 0.8
    else:
        assert power(outcome, treated=treated, control=control, relative_lift=lift) >= 0.8
        assert power(outcome, treated=treated, control=control, relative_lift=lift * 0.999) < 0.8


@given(st.integers(10, 10**6), st.floats(0.01, 2))
def test_the_required_holdout_is_the_smallest_that_reaches(audience, lift):
    outcome = Outcome(mean=2, deviation=3, explained=0.5)

    def at(basis_points) -> float:
        control = audience * basis_points // 10_000
        return power(outcome, treated=audience - control, control=control, relative_lift=lift)

    holdout = required_holdout(outcome, audience=audience, relative_lift=lift)
    if holdout is None:
        assert at(5_000) < 0.8
    else:
        assert at(holdout) >= 0.8 > at(holdout - 1)


def test_the_normal_shortcut_joins_smoothly():
    below, above = (power(PLAIN, treated=1_000, control=size, relative_lift=0.1) for size in (1_001, 1_002))
    assert above == pytest.approx(below, abs=0.001)


@pytest.mark.parametrize("held_out", [0.5, 0.2, 0.1])
@pytest.mark.parametrize("with_past", [False, True])
def test_the_promise_holds_on_real_orders(real_outcomes, held_out, with_past):
    before, after = real_outcomes.orders_before, real_outcomes.orders_after
    before = before if with_past else np.zeros_like(before)
    explained = np.corrcoef(before, after)[0, 1] ** 2 if with_past else 0.0
    outcome = Outcome(after.mean(), after.std(ddof=1), explained)
    control = round(held_out * len(after))
    results = comparisons(before, after, held_out=held_out, factor=1.2, seed=9)
    found = verdicts(results)["proven_positive"] / len(results)
    promised = power(outcome, treated=len(after) - control, control=control, relative_lift=0.2)
    assert found == pytest.approx(promised, abs=0.05)


def test_nothing_can_be_proven_with_nobody_or_nothing():
    assert power(PLAIN, treated=1_000, control=1, relative_lift=5) == 0
    assert smallest_lift(PLAIN, treated=1_000, control=1) is None
    assert smallest_lift(Outcome(0, 1), treated=10, control=10) is None
    assert required_holdout(PLAIN, audience=0, relative_lift=5) is None
    assert required_holdout(PLAIN, audience=1_000, relative_lift=0) is None
    assert power(PLAIN, treated=10, control=10, relative_lift=0) == 0.05
    assert power(Outcome(1, 0), treated=10, control=10, relative_lift=0.1) == 1
    assert smallest_lift(Outcome(1, 0), treated=10, control=10) == 0


def test_impossible_figures_are_refused():
    with pytest.raises(ValueError, match="deviation"):
        Outcome(1, -1)
    with pytest.raises(ValueError, match="explained"):
        Outcome(1, 1, 1)
    with pytest.raises(ValueError, match="probability"):
        power(PLAIN, treated=10, control=10, relative_lift=0.1, alpha=0)
    with pytest.raises(ValueError, match="above alpha"):
        smallest_lift(PLAIN, treated=10, control=10, wanted_power=0.05)
