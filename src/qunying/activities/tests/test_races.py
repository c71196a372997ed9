"""Races for the last of something. Each has a twin without its guard, which must go wrong."""

import pytest

from qunying.activities.models import Award, Participation
from qunying.activities.purse import purse_of
from qunying.activities.tests.make import DAY, make_activity, play, prize
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW
from qunying.members.tests.make import make_member

pytestmark = pytest.mark.django_db(transaction=True)


def _race_of_one_member(times: int):
    activity, member = make_activity(), make_member(now=NOW - DAY).id
    return race(lambda _n: play(activity, member), times)


def test_one_member_takes_part_once():
    assert _race_of_one_member(40) == {"done": 1, "turns_used_up": 39}
    assert audit() == []


def test_one_member_takes_part_often_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "activities.turn_guard", "activities.turn_checked")
    assert _race_of_one_member(16)["done"] > 1
    assert "turns_within_limits" in {found.check for found in audit()}


def _race_for_cups(times: int):
    """Everybody hits the one prize, of which there are five."""
    sure = prize("cup", kind="goods", amount=1, count=5, weight=1_000_000)
    activity = make_activity(settings={"prizes": [sure], "fallback": ""})
    members = [make_member(now=NOW - DAY).id for _ in range(times)]
    outcomes = race(lambda n: play(activity, members[n]), times)
    return outcomes, Award.objects.count()


def test_five_cups_go_to_five():
    outcomes, won = _race_for_cups(24)
    assert outcomes == {"done": 24}
    assert won == 5
    assert audit() == []


def _race_for_shares(times: int, shares: int):
    activity = make_activity("red_packet", settings={"total_minor": 500, "shares": shares})
    members = [make_member(now=NOW - DAY).id for _ in range(times)]
    return activity, race(lambda n: play(activity, members[n]), times)


def test_every_share_is_opened_once_and_the_packet_is_paid_out_whole():
    activity, outcomes = _race_for_shares(24, 10)
    assert outcomes == {"done": 10, "nothing_left": 14}
    assert get_balance(purse_of(activity)) == 0
    assert set(Participation.objects.values_list("serial", flat=True)) == set(range(1, 11))
    assert audit() == []


def test_shares_are_opened_twice_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.pool_guard", "ledger.pool_checked")
    _activity, outcomes = _race_for_shares(16, 5)
    assert outcomes["done"] < 16
    assert (
        outcomes["crashed: IntegrityError"] > 0
    )  # the unique serial, the last line, stops what came through
