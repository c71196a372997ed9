"""Races for the last unit and for a member's own limit. Each has a twin without its guard, which must go wrong."""

import pytest

from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.points_shop.models import Purchase
from qunying.points_shop.tests.make import buy, make_buyer, make_item

pytestmark = pytest.mark.django_db(transaction=True)


def _race_for_the_last(times: int):
    item, members = make_item(stock=1), [make_buyer() for _ in range(times)]
    return race(lambda n: buy(item, members[n]), times)


def test_the_last_unit_has_one_winner():
    assert _race_for_the_last(16) == {"done": 1, "sold_out": 15}
    assert Purchase.objects.count() == 1
    assert audit() == []


def test_the_last_unit_has_several_winners_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.pool_guard", "ledger.pool_checked")
    assert _race_for_the_last(16)["done"] > 1
    assert "shop_units_are_out_of_stock" in {found.check for found in audit()}


def _race_of_one_member(times: int):
    item, member = make_item(stock=50, per_member=1), make_buyer(10_000)
    return race(lambda _n: buy(item, member), times)


def test_a_limit_holds_against_oneself():
    assert _race_of_one_member(16) == {"done": 1, "purchase_limit": 15}


def test_a_limit_does_not_hold_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "points_shop.limit_guard", "points_shop.limit_checked")
    assert _race_of_one_member(16)["done"] > 1
