"""Races for rights and places in teams. Each has a twin without its guard, which must go wrong."""

from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.end_team import end_team
from qunying.activities.actions.expire_right import expire_right
from qunying.activities.actions.redeem_right import redeem_right
from qunying.activities.models import Participation, Right, RightUnit, Team
from qunying.activities.stock import levels_of
from qunying.activities.tests.make import DAY, goods, make_activity, play
from qunying.kernel.problems import Problem
from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member

MINUTE = timedelta(minutes=1)


def _members(count):
    return [make_member(now=NOW - DAY).id for _ in range(count)]


def _sale(times, units):
    activity = make_activity("flash_sale", settings={"lines": [goods(units=units)]})
    members = _members(times)
    return race(lambda n: play(activity, members[n]), times)


@pytest.mark.django_db(transaction=True)
def test_a_flash_sale_never_oversells():
    assert _sale(24, 10) == {"done": 10, "nothing_left": 14}
    assert sorted(RightUnit.objects.values_list("serial", flat=True)) == list(range(1, 11))
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_a_unit_goes_out_twice_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "ledger.pool_guard", "ledger.pool_checked")
    outcomes = _sale(16, 5)
    assert outcomes["crashed: IntegrityError"] > 0  # the unique unit, the last line, stops what came through


def _one_member_two_ways(times):
    """One member asks for themselves and through a program, all at once."""
    activity, (member,) = make_activity("flash_sale"), _members(1)
    return race(lambda n: play(activity, member, choice=f"way {n % 2}"), times)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_one_member_gets_one_right():
    assert _one_member_two_ways(100) == {"done": 1, "turns_used_up": 99}
    assert Right.objects.count() == 1


def _end_of_one_right(times):
    activity = make_activity("flash_sale")
    took = play(activity)
    ways = [
        lambda n: run(redeem_right, right_id=took.right_id, order_number=f"A-{n}"),
        lambda _n: run(cancel_right, right_id=took.right_id),
        lambda _n: run(expire_right, right_id=took.right_id, now=NOW + DAY),
    ]
    return activity, race(lambda n: ways[n % 3](n), times)


@pytest.mark.django_db(transaction=True)
def test_a_right_ends_once():
    activity, _outcomes = _end_of_one_right(24)
    right = Right.objects.get()
    left = {"redeemed": 4}.get(right.state, 5)
    assert levels_of(activity)["unit_1"].left == left
    assert (right.state == "redeemed") == bool(right.order_number)
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_two_orders_use_one_right_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "activities.right_guard", "activities.right_checked")
    took = play(make_activity("flash_sale"))
    outcomes = race(lambda n: run(redeem_right, right_id=took.right_id, order_number=f"A-{n}"), 8)
    assert outcomes["done"] > 1


def _race_for_a_team(times, size=4):
    activity = make_activity("group_buy", settings={"lines": [goods(units=40)], "size": size})
    leader, *others = _members(times + 1)
    team = play(activity, leader).team_id
    return race(lambda n: play(activity, others[n], choice=str(team)), times)


@pytest.mark.django_db(transaction=True)
def test_a_team_is_full_with_as_many_as_it_needs():
    assert _race_for_a_team(16) == {"done": 3, "team_not_open": 13}
    assert Counter(Right.objects.values_list("state", flat=True)) == {"reserved": 4}
    assert audit() == []


@pytest.mark.django_db(transaction=True)
def test_a_team_is_overfull_without_the_guard(monkeypatch):
    switch_off(monkeypatch, "activities.team_guard", "activities.team_checked")
    assert _race_for_a_team(16)["done"] > 3
    assert "teams_are_whole" in {found.check for found in audit()}


@pytest.mark.django_db(transaction=True)
def test_at_the_deadline_a_team_is_formed_or_let_go_whole():
    """The last place against the end, for several teams at once: never a half of one."""
    activity = make_activity("group_buy", settings={"lines": [goods(units=40)], "size": 2})
    leaders, friends = _members(5), _members(5)
    teams = [play(activity, leader).team_id for leader in leaders]
    end = NOW + 60 * MINUTE

    def work(n):
        team = teams[n // 2]
        if n % 2:
            return run(end_team, team_id=team, now=end)
        return play(activity, friends[n // 2], choice=str(team), now=end - timedelta(microseconds=1))

    race(work, 10)
    for team in Team.objects.all():
        states = set(team.rights.values_list("state", flat=True))
        assert (team.state, states) in [("formed", {"reserved"}), ("failed", {"failed"})]
    assert audit() == []


class Sale(RuleBasedStateMachine):
    """Buying, confirming, giving up, lapsing in any order: nothing of the stock is lost or given twice."""

    def __init__(self):
        super().__init__()
        bundle = [
            goods(quantity=2, units=7),
            goods(quantity=1, units=0, price_minor=0),
            goods("CUP", units=3),
        ]
        self.activity = make_activity("flash_sale", per_member=None, per_day=99, settings={"lines": bundle})
        self.member, self.now, self.rights = make_member(now=NOW - DAY).id, NOW, []

    def _try(self, verb, **arguments):
        try:
            return verb(now=self.now, **arguments)
        except Problem as problem:
            return problem.code

    @rule()
    def buy(self):
        told = self._try(lambda **words: play(self.activity, self.member, **words))
        if not isinstance(told, str):
            self.rights.append(told.right_id)

    @rule(minutes=st.integers(0, 9))
    def wait(self, minutes):
        self.now += timedelta(minutes=minutes)

    @precondition(lambda self: self.rights)
    @rule(data=st.data(), verb=st.sampled_from([redeem_right, cancel_right, expire_right]))
    def end(self, data, verb):
        rest = {"order_number": "A-1"} if verb is redeem_right else {}
        self._try(
            lambda **words: run(verb, **words), right_id=data.draw(st.sampled_from(self.rights)), **rest
        )

    @invariant()
    def nothing_is_lost(self):
        states = Counter(Right.objects.filter(activity=self.activity).values_list("state", flat=True))
        out = states["reserved"] + states["redeemed"]
        assert self._left() == {"unit_1": 3 - out, "unit_2": 7 - 3 * out}
        assert out <= 2

    def teardown(self):
        assert audit() == []

    def _left(self):
        return {key: level.left for key, level in levels_of(self.activity).items()}


@pytest.mark.django_db
@pytest.mark.parametrize(("examples", "steps"), [(4, 10), pytest.param(100, 40, marks=pytest.mark.full)])
def test_no_stock_is_lost(examples, steps):
    run_state_machine_as_test(
        Sale,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    assert Participation.objects.exists()
