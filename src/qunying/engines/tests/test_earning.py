from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.earning import (
    Accelerator,
    Cap,
    Condition,
    Occasion,
    Rule,
    Terms,
    earn,
    is_birthday,
    kept,
    mismatch,
    spread,
    worth,
)

MONDAY = date(2026, 3, 2)
PER_YUAN = Rule("order_line_paid", "amount", units=1, per=100, currency="CNY")


def line(amount: int, **more: object) -> Occasion:
    return Occasion("order_line_paid", MONDAY, amount_minor=amount, currency="CNY", **more)  # type: ignore[arg-type]


def rule(**more: object) -> Rule:
    return Rule("order_line_paid", "amount", units=1, per=100, currency="CNY", **more)  # type: ignore[arg-type]


terms_of = st.builds(
    Terms,
    st.sampled_from(["amount", "quantity", "event"]),
    st.integers(1, 10**9),
    st.integers(1, 1_000),
    st.integers(1, 10_000),
    st.integers(1_000, 5_000),
    st.integers(0, 10_000),
)


@pytest.mark.parametrize(
    ("given_rule", "occasion", "expected"),
    [
        (PER_YUAN, line(9_999), 99),
        (PER_YUAN, line(99), 0),
        (rule(least=10_000), line(10_000), 100),
        (rule(accelerators=(Accelerator("double", 2_000),)), line(9_999), 199),
        (rule(accelerators=(Accelerator("a", 2_000), Accelerator("b", 1_500))), line(1_000), 20),
        (
            rule(accelerators=(Accelerator("a", 2_000), Accelerator("b", 1_500)), combine="add"),
            line(1_000),
            25,
        ),
        (rule(accelerators=(Accelerator("gold", 2_000, tiers=("gold",)),)), line(1_000, tier="silver"), 10),
        (rule(accelerators=(Accelerator("monday", 3_000, weekdays=(0,)),)), line(1_000), 30),
        (rule(accelerators=(Accelerator("member day", 3_000, month_days=(8, 18)),)), line(1_000), 10),
        (
            rule(accelerators=(Accelerator("birthday", 3_000, birthday="day"),)),
            line(1_000, birthday=(3, 2)),
            30,
        ),
        (rule(accelerators=(Accelerator("sale", 3_000, last_day=date(2026, 3, 1)),)), line(1_000), 10),
        (
            rule(accelerators=(Accelerator("new", 2_000, conditions=(Condition("tags", "has", ("new",)),)),)),
            line(1_000, properties={"tags": "gift, new"}),
            20,
        ),
        (rule(conditions=(Condition("product", "not_in", ("A",)),)), line(1_000, product="B"), 10),
        (rule(conditions=(Condition("channel", "in", ("tmall",)),)), line(1_000, properties={}), None),
        (rule(conditions=(Condition("amount", "at_least", ("2000",)),)), line(1_000), None),
        (Rule("product_reviewed", "event", units=20), Occasion("product_reviewed", MONDAY), 20),
        (Rule("order_line_paid", "quantity", units=5), line(100, quantity=3), 15),
        (rule(caps=(Cap("event", 50),)), line(9_999), 50),
        (Rule("order_line_paid", "amount", 1, 100, "USD"), line(9_999), None),
        (PER_YUAN, line(0), None),
    ],
)
def test_known_occasions(given_rule, occasion, expected):
    earned = earn(given_rule, occasion)
    assert (earned.units if earned else None) == expected
    assert (mismatch(given_rule, occasion) is None) == (earned is not None)


def test_caps_count_what_was_earned_before_and_say_so():
    capped = rule(caps=(Cap("member_day", 60), Cap("member_day", 2, "times")))
    partly = earn(capped, line(10_000), {"member_day:units": 20, "member_day:times": 1})
    assert partly is not None
    assert partly.units == 40
    assert partly.steps[-1].fields["left"] == 40
    none_left = earn(capped, line(10_000), {"member_day:units": 20, "member_day:times": 2})
    none_at_all = earn(rule(caps=(Cap("all_total", 0),)), line(10_000))
    assert none_left is not None
    assert none_at_all is not None
    assert none_left.units == none_at_all.units == 0


def test_nonsense_is_refused():
    for wrong in (
        lambda: rule(least=-1),
        lambda: Rule("a_b", "amount", 1, 100),
        lambda: Rule("a_b", "event", 0),
        lambda: Cap("event", 1, "times"),
        lambda: Accelerator("same", 1_000),
        lambda: Condition("amount", "at_least", ("many",)),
        lambda: rule(caps=(Cap("event", 1), Cap("event", 2))),
    ):
        with pytest.raises(ValueError, match=r"."):
            wrong()


@given(terms_of, st.integers(0, 10**9), st.integers(0, 10**9))
def test_more_is_never_worth_less_and_rounding_is_down(terms, value, more):
    assert worth(terms, value) <= worth(terms, value + more)
    if terms.basis != "event" and value >= max(1, terms.least):
        exact = Fraction(value * terms.units * terms.permille, terms.per * 1_000)
        assert 0 <= exact - worth(terms, value) < 1


@given(terms_of, st.integers(0, 10**9), st.lists(st.integers(0, 10**8), max_size=6))
def test_returns_never_take_more_than_was_given_and_parts_add_up(terms, cap, parts):
    units = min(cap, worth(terms, terms.value))
    left = units
    returned = 0
    for part in parts:
        returned += part
        now = kept(units, terms, returned)
        assert 0 <= now <= left
        left = now
    assert left == kept(units, terms, sum(parts))
    assert kept(units, terms, terms.value) == 0
    assert kept(units, terms, 0) == units


@given(st.integers(0, 10**6), st.lists(st.integers(0, 10**4), max_size=8), st.integers(0, 10**4))
def test_what_is_returned_is_spread_without_loss_and_stays_where_it_was_put(returned, values, more):
    parts = spread(returned, values)
    assert sum(parts) == min(returned, sum(values))
    assert all(0 <= part <= value for part, value in zip(parts, values, strict=True))
    later = spread(returned + more, [*values, 5])
    assert all(after >= before for before, after in zip(parts, later, strict=False))


def test_birthdays():
    assert is_birthday((2, 29), date(2027, 2, 28))
    assert not is_birthday((2, 29), date(2028, 2, 28))
    assert is_birthday((2, 29), date(2028, 2, 29))
    assert is_birthday((2, 29), date(2027, 2, 3), whole_month=True)
    assert not is_birthday(None, MONDAY)
