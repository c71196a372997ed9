import numpy as np
import pytest
from scipy import stats

from qunying.engines.assignment import Share, assign_many
from qunying.engines.sample_ratio import check

HALVES = [Share("control", 5_000), Share("treated", 5_000)]


def test_published_example():
    # Kohavi, Tang and Xu (2020), chapter 21: 821,588 against 815,482 users at 50/50 has p = 1.8e-6.
    result = check({"control": 821_588, "treated": 815_482}, HALVES)
    assert result.p_value == pytest.approx(1.8e-6, rel=0.03)
    assert result.alarm
    assert result.expected == {"control": 818_535, "treated": 818_535}


@pytest.mark.parametrize("counts", [(512, 488), (90, 410, 500), (3, 7, 990)])
def test_agrees_with_scipy(counts):
    arms = [Share(name, points) for name, points in zip("abc", (1_000, 4_000, 5_000), strict=True)]
    arms = arms if len(counts) == 3 else HALVES
    expected = [sum(counts) * arm.basis_points / 10_000 for arm in arms]
    result = check(dict(zip([arm.name for arm in arms], counts, strict=True)), arms)
    assert result.p_value == pytest.approx(stats.chisquare(counts, expected).pvalue)


def test_assignment_raises_no_alarm():
    assigned = assign_many([str(number) for number in range(20_000)], "salt", HALVES)
    result = check({name: assigned.count(name) for name in ("control", "treated")}, HALVES)
    assert result.state == "measured"
    assert not result.alarm


def test_false_alarms_are_rare_and_losses_are_found():
    generator = np.random.default_rng(1)
    arms = [Share("control", 1_000), Share("treated", 9_000)]
    fair = generator.binomial(10_000, 0.1, 2_000)
    alarms = sum(check({"control": int(held), "treated": 10_000 - int(held)}, arms).alarm for held in fair)
    assert alarms <= 10
    lost = [check({"control": int(held * 0.8), "treated": 10_000 - int(held)}, arms).alarm for held in fair]
    assert np.mean(lost) > 0.99


def test_small_arms_use_the_exact_test():
    result = check({"control": 6, "treated": 0}, HALVES)
    assert result.p_value == pytest.approx(2 / 2**6)
    tenth = [Share("control", 1_000), Share("treated", 9_000)]
    assert check({"control": 0, "treated": 9}, tenth).p_value == 1


def test_too_few_is_a_state():
    thirds = [Share("a", 3_334), Share("b", 3_333), Share("c", 3_333)]
    for counts, arms in [({}, HALVES), ({"a": 2, "b": 1}, thirds)]:
        result = check(counts, arms)
        assert (result.state, result.p_value, result.alarm) == ("too_few", None, False)


def test_an_absent_arm_counts_as_nobody():
    assert check({"treated": 100}, HALVES).alarm


def test_unknown_arms_and_negative_counts_are_refused():
    with pytest.raises(ValueError, match="'other'"):
        check({"other": 1}, HALVES)
    with pytest.raises(ValueError, match="negative"):
        check({"control": -1}, HALVES)
