"""Weighted comparison and layouts: against the obvious sum, and reasons that add up."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.layout import Option, lay_out, rank

CRITERIA = ("reach", "cost", "fit")
scores = st.fixed_dictionaries({name: st.integers(0, 5).map(float) for name in CRITERIA})
weightings = st.fixed_dictionaries({name: st.integers(0, 9).map(float) for name in CRITERIA}).filter(
    lambda weights: any(weights.values())
)
option_lists = st.lists(scores, min_size=1, max_size=6).map(
    lambda found: [
        Option(f"o{place}", one, frozenset({"gather"} if place % 2 else {"gather", "sell"}), 500)
        for place, one in enumerate(found)
    ]
)


@given(option_lists, weightings)
def test_totals_are_the_obvious_weighted_means(options: list[Option], weights: dict[str, float]) -> None:
    ranked = rank(options, weights)
    for one in ranked:
        option = next(option for option in options if option.key == one.key)
        obvious = sum(option.scores[name] * weights[name] for name in weights) / sum(weights.values()) * 20
        assert one.total == pytest.approx(obvious)
        assert sum(one.parts.values()) == pytest.approx(one.total)
    assert [one.total for one in ranked] == sorted((one.total for one in ranked), reverse=True)


@given(option_lists, weightings)
def test_scaling_all_weights_changes_nothing(options: list[Option], weights: dict[str, float]) -> None:
    tenfold = {name: 10 * weight for name, weight in weights.items()}
    before, after = rank(options, weights), rank(options, tenfold)
    assert [one.total for one in before] == pytest.approx([one.total for one in after])


@given(option_lists, weightings)
def test_every_purpose_gets_its_best(options: list[Option], weights: dict[str, float]) -> None:
    for placement in lay_out(options, weights, ["gather", "sell"], 1200):
        fitting = [option for option in options if placement.purpose in option.purposes]
        assert placement.total == pytest.approx(max(one.total for one in rank(fitting, weights)))
        assert placement.lead >= 0
        assert placement.groups == 3
        gained = sum(points for _name, points in placement.because)
        assert gained >= placement.lead - 1e-9


def test_a_steady_choice_wins_under_every_single_shift() -> None:
    clear = [Option("a", {"x": 5, "y": 5}, frozenset("g")), Option("b", {"x": 1, "y": 1}, frozenset("g"))]
    close = [Option("a", {"x": 5, "y": 0}, frozenset("g")), Option("b", {"x": 0, "y": 5}, frozenset("g"))]
    assert lay_out(clear, {"x": 1, "y": 1}, ["g"], 10)[0].steady
    assert not lay_out(close, {"x": 1.1, "y": 1}, ["g"], 10)[0].steady
    for left, right in product((0.5, 1.5), repeat=2):
        assert rank(clear, {"x": left, "y": right})[0].key == "a"


def test_one_group_where_there_is_no_limit_and_none_for_nobody() -> None:
    endless = [Option("a", {"x": 1}, frozenset("g"))]
    assert lay_out(endless, {"x": 1}, ["g"], 9000)[0].groups == 1
    assert lay_out(endless, {"x": 1}, ["g"], 0)[0].groups == 0
    half = [Option("a", {"x": 1}, frozenset("g"), 100, share=0.5)]
    assert lay_out(half, {"x": 1}, ["g"], 401)[0].groups == 3
    assert lay_out(endless, {"x": 1}, ["unserved"], 9) == []


@pytest.mark.parametrize("weights", [{}, {"x": 0.0}, {"x": -1.0, "y": 2.0}, {"z": 1.0}])
def test_weights_that_mean_nothing_are_refused(weights: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"weights|score"):
        rank([Option("a", {"x": 1, "y": 1})], weights)


def test_more_of_a_criterion_never_hurts() -> None:
    low, high = Option("a", {"x": 2, "y": 3}), Option("a", {"x": 4, "y": 3})
    weights = {"x": 2.0, "y": 1.0}
    assert rank([high], weights)[0].total > rank([low], weights)[0].total
