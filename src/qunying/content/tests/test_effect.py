"""What content did, counted from given events."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.content.queries.get_effect import get_effect, get_effects
from qunying.kernel.ids import derived_id
from qunying.stream.lake import memory_analysis

START = datetime(2026, 3, 1, 4, tzinfo=UTC)
ITEM, OTHER = derived_id("item", "1"), derived_id("item", "2")
ANN, BEN, CAT = (derived_id("member", name) for name in ("ann", "ben", "cat"))


def event(name, who=None, hours=0.0, **fields):
    return {"name": name, "member_id": who, "occurred_at": START + timedelta(hours=hours), **fields}


def viewed(who, hours=0.0, item=ITEM, **fields):
    return event("content_viewed", who, hours, content_id=item, **fields)


def paid(who, hours, amount, order="o1"):
    return event("order_paid", who, hours, amount=amount, order_id=derived_id("order", order))


def effect_of(*rows, window_days=7, item=ITEM):
    with memory_analysis(list(rows)) as analysis:
        return get_effect(analysis, item, zone="Asia/Shanghai", window_days=window_days)


def test_nothing_happened():
    found = effect_of(viewed(ANN, item=OTHER))
    assert set(found.figures().values()) == {0}
    assert (found.conversion, found.engagement_rate, found.click_rate) == (None, None, None)


def test_exposures_are_readers_and_days():
    someone = derived_id("browser", "1")
    found = effect_of(
        viewed(ANN), viewed(ANN, 1), viewed(ANN, 30), viewed(BEN), viewed(None, anonymous_id=someone)
    )
    assert (found.exposures, found.readers) == (4, 3)


def test_a_day_is_the_brands_day():
    # 15:30 and 16:30 UTC are two days in Shanghai.
    assert effect_of(viewed(ANN, 11.5), viewed(ANN, 12.5)).exposures == 2


def test_answers():
    answers = [
        event("content_liked", ANN, content_id=ITEM),
        event("content_liked", BEN, content_id=ITEM),
        event("content_unliked", BEN, 1, content_id=ITEM),
        event("content_commented", ANN, content_id=ITEM),
        event("content_shared", ANN, content_id=ITEM),
        event("content_clicked", ANN, content_id=ITEM),
        event("content_clicked", ANN, 1, content_id=ITEM),
    ]
    found = effect_of(viewed(ANN), viewed(BEN), *answers)
    assert (found.likes, found.comments, found.shares, found.engaged) == (1, 1, 1, 2)
    assert (found.clicks, found.clickers, found.click_rate) == (2, 1, 0.5)


def test_an_order_counts_for_what_was_opened_last():
    rows = [viewed(ANN, 0), viewed(ANN, 1, OTHER), paid(ANN, 2, 500)]
    assert effect_of(*rows).orders == 0
    other = effect_of(*rows, item=OTHER)
    assert (other.orders, other.buyers, other.sales_minor) == (1, 1, 500)


@pytest.mark.parametrize(("hours", "counts"), [(7 * 24, 1), (7 * 24 + 0.1, 0), (-0.1, 0), (0, 1)])
def test_the_window(hours, counts):
    assert effect_of(viewed(ANN), paid(ANN, hours, 100)).orders == counts


def test_refunds_are_taken_off_and_nobody_elses_order_counts():
    back = event("order_refunded", ANN, 50, amount=-300, order_id=derived_id("order", "o1"))
    found = effect_of(viewed(ANN), paid(ANN, 1, 500), back, paid(BEN, 1, 900, "o2"), paid(None, 1, 7, "o3"))
    assert (found.orders, found.sales_minor, found.conversion) == (1, 200, 1.0)


def test_what_shares_brought():
    shared = {"properties": {"share": "abc"}}
    rows = [
        viewed(ANN),
        viewed(BEN, **shared),
        viewed(CAT, **shared),
        paid(BEN, 1, 400),
        paid(ANN, 1, 100, "o2"),
    ]
    found = effect_of(*rows)
    assert (found.readers, found.share_readers) == (3, 2)
    assert (found.orders, found.share_orders, found.share_sales_minor) == (2, 1, 400)


def test_who_came_from_a_community():
    found = effect_of(viewed(ANN, community_id=derived_id("community", "1")), viewed(BEN))
    assert (found.readers, found.community_readers) == (2, 1)


def test_a_visitor_who_became_a_member_is_one_reader_and_can_buy():
    browser = derived_id("browser", "9")
    rows = [viewed(None, anonymous_id=browser), viewed(ANN, 1), paid(ANN, 2, 100)]
    with memory_analysis(rows, identities={str(browser): str(ANN)}) as analysis:
        found = get_effect(analysis, ITEM, zone="Asia/Shanghai")
    assert (found.readers, found.exposures, found.orders) == (1, 1, 1)


MOMENTS = st.floats(0, 400).map(lambda value: round(value, 2))
VISITS = st.lists(st.tuples(st.sampled_from([ANN, BEN]), MOMENTS, st.sampled_from([ITEM, OTHER])), max_size=8)
ORDERS = st.lists(st.tuples(st.sampled_from([ANN, BEN, CAT]), MOMENTS), max_size=5)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(VISITS, ORDERS)
def test_every_order_is_counted_at_most_once(visits, orders):
    rows = [viewed(who, hours, item) for who, hours, item in visits]
    rows += [paid(who, hours, 100, str(number)) for number, (who, hours) in enumerate(orders)]
    with memory_analysis(rows or [viewed(ANN, item=derived_id("x", "x"))]) as analysis:
        found = get_effects(analysis, [ITEM, OTHER], zone="UTC", window_days=3)
    expected = sum(
        any(who == buyer and 0 <= at - hours <= 72 for who, hours, _item in visits) for buyer, at in orders
    )
    assert sum(effect.orders for effect in found.values()) == expected
    assert sum(effect.sales_minor for effect in found.values()) == 100 * expected
