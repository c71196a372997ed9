from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.coupon_value import Terms, discount, split

totals = st.integers(0, 10**12)
amounts_off = st.builds(Terms, st.just("amount_off"), st.integers(1, 10**9), st.integers(0, 10**9))
percents_off = st.builds(
    Terms,
    st.just("percent_off"),
    st.integers(1, 10_000),
    st.integers(0, 10**9),
    st.none() | st.integers(1, 10**9),
)
lines = st.lists(st.integers(0, 10**9), max_size=12)


@pytest.mark.parametrize(
    ("terms", "total", "expected"),
    [
        (Terms("amount_off", 3_000, threshold_minor=10_000), 10_000, 3_000),  # 满100减30
        (Terms("amount_off", 3_000, threshold_minor=10_000), 9_999, 0),
        (Terms("amount_off", 3_000), 1_200, 1_200),
        (Terms("percent_off", 2_000), 9_999, 1_999),  # 八折, rounded down from 1,999.8
        (Terms("percent_off", 2_000, cap_minor=500), 9_999, 500),
        (Terms("percent_off", 10_000), 777, 777),
        (Terms("percent_off", 1), 9_999, 0),
        (Terms("amount_off", 1), 0, 0),
    ],
)
def test_known_carts(terms, total, expected):
    assert discount(terms, total) == expected


@given(amounts_off | percents_off, totals)
def test_bounds(terms, total):
    off = discount(terms, total)
    assert 0 <= off <= total
    assert terms.cap_minor is None or off <= terms.cap_minor
    if total < terms.threshold_minor:
        assert off == 0
    elif terms.kind == "percent_off" and terms.cap_minor is None:
        assert 0 <= Fraction(total * terms.value, 10_000) - off < 1


@given(amounts_off | percents_off, totals, st.integers(0, 10**6))
def test_a_larger_cart_is_never_discounted_less(terms, total, more):
    assert discount(terms, total) <= discount(terms, total + more)


@given(lines, st.data())
def test_parts_add_up_and_stay_within_a_unit_of_their_share(amounts, data):
    off = data.draw(st.integers(0, sum(amounts)))
    parts = split(off, amounts)
    assert sum(parts) == off
    for part, line in zip(parts, amounts, strict=True):
        assert 0 <= part <= line
        assert abs(part - Fraction(off * line, sum(amounts) or 1)) < 1


def test_remaining_units_go_to_the_largest_remainder_then_the_first():
    assert split(100, [333, 333, 334]) == [33, 33, 34]
    assert split(1, [5, 5]) == [1, 0]
    assert split(0, []) == []


@pytest.mark.parametrize(
    "arguments",
    [
        ("percent_off", 10_001),
        ("percent_off", 0),
        ("amount_off", 0),
        ("amount_off", 1, -1),
        ("amount_off", 1, 0, 5),
        ("percent_off", 1, 0, 0),
        ("gift", 1),
    ],
)
def test_impossible_terms_are_refused(arguments):
    with pytest.raises(ValueError, match=r"must|only|coupon"):
        Terms(*arguments)


def test_impossible_amounts_are_refused():
    with pytest.raises(ValueError, match="negative"):
        discount(Terms("amount_off", 1), -1)
    with pytest.raises(ValueError, match="negative"):
        split(1, [-1, 5])
    with pytest.raises(ValueError, match="above"):
        split(11, [4, 6])
