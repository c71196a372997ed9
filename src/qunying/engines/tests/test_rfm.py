import math
from itertools import pairwise, product
from typing import get_args

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.rfm import Group, cut_points, group, score

few = st.lists(st.integers(0, 6), min_size=1, max_size=60)
many = st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=60)


@given(few | many)
def test_cut_points_are_the_smallest_values_that_reach_their_share(values):
    for number, border in enumerate(cut_points(values), start=1):
        assert border in values
        needed = math.ceil(number * len(values) / 5 - 1e-9)
        assert sum(value <= border for value in values) >= needed > sum(value < border for value in values)


@given(few | many, st.booleans(), st.randoms())
def test_equal_scores_equal_and_more_is_never_less(values, descending, random):
    borders = cut_points(values)
    scores = score(values, borders, descending=descending)
    assert set(scores.tolist()) <= {1, 2, 3, 4, 5}
    rows = sorted(zip(values, scores.tolist(), strict=True))
    steps = [(b[1] - a[1]) * (-1 if descending else 1) for a, b in pairwise(rows)]
    assert all(step >= 0 for step in steps)
    assert all(a[1] == b[1] for a, b in pairwise(rows) if a[0] == b[0])
    shuffled = list(values)
    random.shuffle(shuffled)
    assert cut_points(shuffled).tolist() == borders.tolist()


@given(few | many)
def test_sql_formula_gives_the_same(values):
    borders = cut_points(values)
    assert score(values, borders).tolist() == [
        1 + sum(value > border for border in borders) for value in values
    ]


def test_distinct_values_fall_into_fifths():
    values = np.random.default_rng(1).permutation(1_000)
    for descending in (False, True):
        scores = score(values, cut_points(values), descending=descending)
        assert np.bincount(scores).tolist() == [0, 200, 200, 200, 200, 200]
    assert score([0, 999], cut_points(values)).tolist() == [1, 5]
    assert score([0, 999], cut_points(values), descending=True).tolist() == [5, 1]


def test_heavy_ties_leave_scores_empty_instead_of_splitting_equals():
    orders = [1] * 70 + [2] * 20 + [9] * 10
    assert np.bincount(score(orders, cut_points(orders)), minlength=6).tolist() == [0, 70, 0, 0, 20, 10]
    assert set(score([4, 4, 4], cut_points([4, 4, 4])).tolist()) == {1}


def test_new_members_score_with_the_stored_borders():
    borders = cut_points(range(1, 101))
    assert score([-5, 20, 20.5, 1_000], borders).tolist() == [1, 1, 2, 5]
    assert score([3], []).tolist() == [1]
    assert cut_points([]).tolist() == []


def test_every_combination_has_one_group_and_every_group_occurs():
    groups = {group(*scores) for scores in product(range(1, 6), repeat=3)}
    assert groups == set(get_args(Group))
    assert (group(5, 5, 5), group(5, 1, 1), group(1, 1, 1), group(1, 5, 5)) == (
        "champions",
        "new",
        "lost",
        "cannot_lose",
    )
    assert (group(3, 2, 3), group(3, 2, 2)) == ("needs_attention", "about_to_sleep")


def test_impossible_input_is_refused():
    with pytest.raises(ValueError, match="bins"):
        cut_points([1], bins=1)
    with pytest.raises(ValueError, match="finite"):
        cut_points([math.nan])
    with pytest.raises(ValueError, match="shape"):
        cut_points([[1]])
    with pytest.raises(ValueError, match="ascending"):
        score([1], [2, 1])
    with pytest.raises(ValueError, match="1 to 5"):
        group(0, 1, 1)
