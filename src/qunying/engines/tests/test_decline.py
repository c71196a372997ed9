"""Early signs: planted declines are found, healthy communities are left in peace."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.decline import DIRECTIONS, look_ahead

WEEKS = 12
USUAL = {"newcomers": 0.05, "answered": 0.3, "speakers": 0.12, "messages": 1.0, "joined": 0.03, "left": 0.02}


def community(seed: int, size: int, rate: float, since: int = 6) -> dict[str, list[float]]:
    """Weekly series of a community that loses ``rate`` a week for the last ``since`` weeks; noise beyond Poisson's."""
    chance = np.random.default_rng([seed, size, int(100 * rate)])
    gone = np.maximum(np.arange(WEEKS) - (WEEKS - since), 0)
    weekly = {}
    for name, share in USUAL.items():
        factor = (1 - rate) ** gone if DIRECTIONS[name] < 0 else (1 + rate) ** gone
        weekly[name] = chance.poisson(share * size * factor * chance.gamma(30, 1 / 30, WEEKS)).tolist()
    return weekly


def states(size: int, rate: float, cases: int = 120) -> list[str]:
    return [look_ahead(community(seed, size, rate)).state for seed in range(cases)]


@pytest.mark.parametrize("size", [60, 500])
def test_healthy_communities_are_left_in_peace(size: int) -> None:
    found = states(size, 0.0)
    assert found.count("warning") <= 0.03 * len(found)
    assert found.count("steady") >= 0.85 * len(found)


def test_planted_declines_are_found_and_the_faster_the_surer() -> None:
    slow, fast = states(500, 0.06), states(500, 0.12)
    assert fast.count("warning") >= 0.85 * len(fast)
    assert fast.count("steady") <= 0.05 * len(fast)
    assert slow.count("steady") <= 0.6 * len(slow)
    assert slow.count("warning") < fast.count("warning")


def test_a_sudden_step_is_told_with_its_size() -> None:
    outlook = look_ahead({"messages": [200, 210, 190, 205, 195, 200, 198, 202, 204, 90, 95, 88]})
    assert outlook.state == "warning"
    (sign,) = outlook.signs
    assert sign.form in {"step", "slide"}
    assert sign.change == pytest.approx(91 / 200.44 - 1, abs=0.01)


def test_people_leaving_is_bad_when_it_rises_only() -> None:
    rising = [10, 11, 9, 10, 12, 10, 9, 11, 10, 30, 33, 31]
    assert look_ahead({"left": rising}).state != "steady"
    assert look_ahead({"left": rising[::-1]}).state == "steady"
    assert look_ahead({"joined": rising}).state == "steady"


def test_small_numbers_are_no_news() -> None:
    assert look_ahead({"joined": [2, 1, 2, 0, 1, 2, 1, 2, 1, 0, 0, 0]}).state == "steady"
    assert look_ahead({"messages": [0.0] * 12}).state == "steady"


def test_too_few_weeks_say_nothing() -> None:
    assert look_ahead({"messages": [9, 8, 7, 6, 5, 4, 3]}).state == "too_short"
    assert look_ahead({}).state == "too_short"


@given(st.lists(st.integers(0, 1000), min_size=8, max_size=20))
def test_any_series_has_an_outlook(values: list[int]) -> None:
    outlook = look_ahead({"messages": values, "left": values})
    assert outlook.state in {"steady", "watch", "warning"}
    assert all(0 <= sign.chance <= 1 for sign in outlook.signs)


@pytest.mark.parametrize(
    "weekly", [{"mood": [1.0] * 9}, {"left": [-1.0] * 9}, {"left": [1.0] * 9, "joined": [1.0] * 8}]
)
def test_rubbish_is_refused(weekly: dict[str, list[float]]) -> None:
    with pytest.raises(ValueError, match="expected"):
        look_ahead(weekly)
