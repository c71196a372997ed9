"""Earning: rules of the time, once per event, caps under races, returns in any order, the past untouched."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qunying.engines.earning import Accelerator, Cap, Rule
from qunying.ledger.accounts import GROWTH, POINTS, Purpose, of_brand, of_member
from qunying.ledger.entries import ReasonNotFit
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, run
from qunying.members.models import Member
from qunying.members.tests.make import make_member
from qunying.rewards.actions.earn_for_event import earn_for_event
from qunying.rewards.actions.end_earning_rule import end_earning_rule
from qunying.rewards.actions.mature_points import mature_points
from qunying.rewards.actions.publish_earning_rule import StartsInThePast, publish_earning_rule
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.take_back_for_return import take_back_for_return
from qunying.rewards.actions.write_earning_rule import write_earning_rule
from qunying.rewards.earning.drafting import RuleNotDraft, RuleWording, RuleWrong
from qunying.rewards.earning.occasions import Happening
from qunying.rewards.models import Earning, EarningCount, EarningRule
from qunying.stream.models import Event

LINES = Rule("order_line_paid", "amount", units=1, per=100, currency="CNY")
CHECK_IN = Rule("check_in_made", "event", units=5, caps=(Cap("member_day", 1, "times"),))


def make_rule(rule: Rule = LINES, *, asset: str = "points", now: datetime = NOW, **more: Any) -> UUID:
    """Return the id of a rule in force from now on."""
    wording = RuleWording(name="Shopping", asset=asset, rule=rule, **more)
    written = run(write_earning_rule, now=now, wording=wording)
    run(publish_earning_rule, now=now, rule_id=written.rule_id)
    return UUID(str(written.rule_id))


def paid(member_id: UUID, amount: int, **more: Any) -> Happening:
    """Return an order line that was paid."""
    fields = {
        "event": "order_line_paid",
        "order_id": uuid4(),
        "product": "A",
        "quantity": 1,
        "currency": "CNY",
    }
    return Happening(
        event_id=uuid4(), member_id=member_id, amount_minor=amount, **{"occurred_at": NOW, **fields, **more}
    )


def sent_back(line: Happening, amount: int) -> Happening:
    """Return the event of a part of a line that went back."""
    return replace(line, event_id=uuid4(), event="order_line_refunded", amount_minor=-amount, quantity=-1)


def earn(happening: Happening, *, now: datetime = NOW) -> Any:
    return run(earn_for_event, now=now, happening=happening)


def give_back(happening: Happening, *, now: datetime = NOW) -> Any:
    return run(take_back_for_return, now=now, happening=happening)


def have(member_id: UUID, asset: str = POINTS, purpose: Purpose = Purpose.AVAILABLE) -> int:
    return get_balance(of_member(member_id, asset, purpose))


@pytest.mark.django_db
def test_a_line_earns_points_after_its_return_window_and_growth_at_once() -> None:
    make_rule(wait_days=7, valid_days=365)
    make_rule(replace(LINES, units=10), asset="growth")
    member_id = make_member().id
    line = paid(member_id, 9_999)
    assert earn(line).points == 99
    assert (have(member_id), have(member_id, purpose=Purpose.PENDING), have(member_id, GROWTH)) == (
        0,
        99,
        999,
    )
    assert earn(line).points == earn(paid(member_id, 99)).points == 0
    assert (have(member_id, purpose=Purpose.PENDING), Earning.objects.count()) == (99, 3)
    # Bought on 1 March at noon in Shanghai: the window closes when 8 March is over.
    assert run(mature_points, now=datetime(2026, 3, 8, 15, 59, tzinfo=NOW.tzinfo)) == 0
    assert run(mature_points, now=datetime(2026, 3, 8, 16, tzinfo=NOW.tzinfo)) == 1
    assert have(member_id) == 99
    told = {event.name: event.quantity for event in Event.objects.filter(member_id=member_id)}
    assert (told["points_granted"], told["points_matured"]) == (99, 99)
    assert audit() == []


@pytest.mark.django_db
def test_a_name_that_the_book_refuses_is_no_name_of_a_rule() -> None:
    with pytest.raises(ReasonNotFit):
        run(write_earning_rule, wording=RuleWording(name="+100 2026-11-11", asset="points", rule=LINES))


@pytest.mark.django_db
def test_a_return_takes_back_what_it_should_and_shows_what_is_owed() -> None:
    make_rule()
    make_rule(replace(LINES, units=10), asset="growth")
    member_id = make_member().id
    line = paid(member_id, 10_000)
    earn(line)
    run(spend_points, member_id=member_id, amount=80, reason="gift")
    first = give_back(sent_back(line, 3_333))
    assert (first.points, first.growth, first.debt) == (34, 334, 14)
    assert (have(member_id), have(member_id, purpose=Purpose.DEBT)) == (0, -14)
    earn(paid(member_id, 2_000))  # repays first
    assert (have(member_id), have(member_id, purpose=Purpose.DEBT)) == (6, 0)
    whole = sent_back(line, 6_667)
    assert give_back(whole).points == 66
    assert give_back(whole).points == 0
    assert give_back(sent_back(line, 10_000)).points == 0  # more than was bought
    assert have(member_id, GROWTH) == 200
    assert audit() == []


@pytest.mark.django_db
def test_a_return_that_comes_first_is_taken_off_when_the_order_comes() -> None:
    make_rule()
    member_id = make_member().id
    line = paid(member_id, 10_000)
    give_back(sent_back(line, 4_000))
    assert earn(line).points == 60
    assert have(member_id) == 60


@pytest.mark.django_db
def test_a_new_version_never_changes_the_past() -> None:
    rule_id = make_rule()
    member_id = make_member().id
    later = NOW + timedelta(days=3)
    draft = run(
        write_earning_rule,
        wording=RuleWording(name="Double", asset="points", rule=replace(LINES, units=2)),
        follows=rule_id,
    )
    with pytest.raises(StartsInThePast):
        run(publish_earning_rule, rule_id=draft.rule_id, starts_at=NOW - timedelta(seconds=1))
    run(publish_earning_rule, rule_id=draft.rule_id, starts_at=later)
    with pytest.raises(RuleNotDraft):
        run(publish_earning_rule, rule_id=draft.rule_id)
    old = paid(member_id, 10_000)
    new = paid(member_id, 10_000, occurred_at=later)
    # Both arrive late, long after the change; each earns and gives back under the version of its time.
    at = later + timedelta(days=1)
    assert (earn(old, now=at).points, earn(new, now=at).points) == (100, 200)
    run(end_earning_rule, rule_id=draft.rule_id, now=at)
    assert (
        give_back(sent_back(old, 5_000), now=at).points,
        give_back(sent_back(new, 5_000), now=at).points,
    ) == (50, 100)
    assert (
        earn(paid(member_id, 10_000, occurred_at=at + timedelta(days=1)), now=at + timedelta(days=1)).points
        == 0
    )
    assert list(EarningRule.objects.order_by("version").values_list("version", "ends_at")) == [
        (1, later),
        (2, at),
    ]


@pytest.mark.django_db
def test_staff_accounts_other_events_and_nobody_earn_nothing() -> None:
    make_rule()
    member = make_member()
    Member.objects.filter(pk=member.id).update(is_staff=True)
    assert earn(paid(member.id, 10_000)).points == 0
    assert earn(paid(uuid4(), 10_000)).points == 0
    assert earn(paid(make_member().id, 10_000, currency="USD")).points == 0
    assert not Earning.objects.exists()


@pytest.mark.django_db
def test_caps_count_days_of_the_brand_and_birthdays_double() -> None:
    make_rule(CHECK_IN)
    make_rule(replace(LINES, accelerators=(Accelerator("Birthday", 2_000, birthday="day"),)))
    member_id = make_member(attributes={"birthday": "1990-03-02"}).id

    def check_in(at: datetime) -> int:
        return int(
            earn(
                Happening(event_id=uuid4(), event="check_in_made", member_id=member_id, occurred_at=at)
            ).points
        )

    late, early = datetime(2026, 3, 1, 15, 59, tzinfo=NOW.tzinfo), datetime(2026, 3, 1, 16, tzinfo=NOW.tzinfo)
    assert [check_in(NOW), check_in(late), check_in(early), check_in(early)] == [5, 0, 5, 0]
    assert earn(paid(member_id, 1_000, occurred_at=early)).points == 20
    capped = Earning.objects.filter(units=0).first()
    assert capped is not None
    assert capped.steps[-1]["code"] == "cap"


@pytest.mark.django_db
def test_nonsense_rules_are_refused() -> None:
    for wrong in (
        RuleWording(name=" ", asset="points", rule=LINES),
        RuleWording(name="x", asset="gold", rule=LINES),
        RuleWording(name="x", asset="points", rule=replace(LINES, event="points_granted")),
        RuleWording(name="x", asset="points", rule=replace(LINES, event="order_line_refunded")),
        RuleWording(name="x", asset="points", rule=replace(LINES, currency="XXQ")),
        RuleWording(name="x", asset="points", rule=LINES, wait_days=-1),
        RuleWording(name="x", asset="points", rule=replace(LINES, units=10**12)),
    ):
        with pytest.raises(RuleWrong):
            run(write_earning_rule, wording=wrong)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("buy"), st.integers(0, 2), st.integers(1, 5_000)),
        st.tuples(st.just("return"), st.integers(0, 2), st.integers(1, 6_000)),
        st.tuples(st.just("repeat"), st.integers(0, 20), st.just(0)),
        st.tuples(st.just("spend"), st.just(0), st.integers(1, 60)),
    ),
    max_size=10,
)


@pytest.mark.django_db
@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps, st.integers(0, 150))
def test_whatever_happens_value_is_kept_and_nothing_counts_twice(plan: Any, cap: int) -> None:
    EarningRule.objects.update(ends_at=NOW)
    make_rule(replace(LINES, caps=(Cap("member_month", cap),)))
    member_id = make_member().id
    orders = [uuid4() for _ in range(3)]
    issued = get_balance(of_brand(POINTS, Purpose.ISSUANCE))
    past: list[Happening] = []
    for verb, which, size in plan:
        if verb == "spend":
            if have(member_id) >= size:
                run(spend_points, member_id=member_id, amount=size, reason="gift")
            continue
        if verb == "repeat":
            if not past:
                continue
            happening = past[which % len(past)]
        else:
            line = paid(member_id, size, order_id=orders[which])
            happening = line if verb == "buy" else sent_back(line, size)
            past.append(happening)
        (give_back if happening.event == "order_line_refunded" else earn)(happening)
    earnings = list(Earning.objects.filter(member_id=member_id))
    assert sum(each.units for each in earnings) <= cap
    bought = {
        order: [e for e in past if e.order_id == order and e.event == "order_line_paid"] for order in orders
    }
    back = {
        order: -sum(e.amount_minor or 0 for e in past if e.order_id == order and e.event != "order_line_paid")
        for order in orders
    }
    for order in orders:
        some = [each for each in earnings if each.order_id == order]
        left = sum(each.units - each.taken_back for each in some)
        stays = max(0, sum(e.amount_minor or 0 for e in bought[order]) - back[order])
        assert 0 <= left <= stays // 100
        if back[order] == 0:
            assert left == sum(each.units for each in some)
    owed = -have(member_id, purpose=Purpose.DEBT)
    spent = sum(-(e.quantity or 0) for e in Event.objects.filter(member_id=member_id, name="points_spent"))
    assert have(member_id) - owed + spent == sum(each.units - each.taken_back for each in earnings)
    assert issued - get_balance(of_brand(POINTS, Purpose.ISSUANCE)) == sum(
        each.units - each.taken_back for each in earnings
    )


def _race(monkeypatch: pytest.MonkeyPatch) -> int:
    """Let one member check in eight times at once; return how many points they have."""
    make_rule(replace(CHECK_IN, caps=(Cap("member_day", 10),)))
    member_id = make_member().id

    def check_in(number: int) -> None:
        try:
            earn(Happening(event_id=uuid4(), event="check_in_made", member_id=member_id, occurred_at=NOW))
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(check_in, range(8)))
    return have(member_id)


@pytest.mark.django_db(transaction=True)
def test_a_cap_holds_when_many_come_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _race(monkeypatch) == 10
    assert EarningCount.objects.get().used == 10


@pytest.mark.django_db(transaction=True)
def test_twin_without_the_lock_goes_over_the_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUNYING_FAILPOINTS", "earning.cap_guard=off;earning.counted=sleep:0.3")
    assert _race(monkeypatch) > 10
