"""Two members become one: balances and caps follow, ends of lots stay, undoing gives back, nothing is lost or doubled."""

from datetime import timedelta

import pytest

from qunying.engines.earning import Cap, Rule
from qunying.kernel.actors import system
from qunying.ledger.accounts import Purpose
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.tests.make import make_member
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.mature_points import mature_points
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.queries.get_points import get_points
from qunying.rewards.tests.test_earning import earn, make_rule, paid
from qunying.stream.run_reactions import run_reactions

pytestmark = pytest.mark.django_db(transaction=True)
LATER = NOW + timedelta(days=2)


def react(now=NOW) -> None:
    """Let the stream be read until nothing is left."""
    while sum(run_reactions(now).values()):
        pass


def test_points_follow_a_merge_and_its_undoing() -> None:
    kept, merged = make_member().id, make_member().id
    give_points(merged, 100, expires_at=NOW + timedelta(days=30))
    give_points(merged, 50)
    give_points(kept, 10)
    pending = run(
        grant_points, member_id=merged, amount=40, reason="later", matures_at=NOW + timedelta(days=1)
    )
    merge = run(merge_members, actor=system("test"), kept_id=kept, merged_id=merged)
    assert get_points(kept, NOW).available == 160
    react()
    assert get_balance(points_of(kept)) == 160
    assert next(each.amount for each in get_points(kept, NOW).endings) == 100
    spend(kept, 150)

    run(mature_points, now=LATER)
    react(LATER)
    assert get_balance(points_of(kept)) == 50
    run(take_back_points, now=LATER, grant_id=pending.grant_id, reason="sent back")
    react(LATER)
    assert get_points(merged, LATER).available == 10
    assert audit() == []

    run(undo_merge, now=LATER, merge_id=merge.merge_id)
    react(LATER)
    assert get_balance(points_of(merged)) == 150
    assert get_balance(points_of(kept)) + get_balance(points_of(kept, Purpose.DEBT)) == 10 - 150
    assert audit() == []


def test_a_debt_comes_over_though_some_points_have_just_ended() -> None:
    kept, merged = make_member().id, make_member().id
    granted = run(grant_points, member_id=merged, amount=50, reason="later")
    spend(merged, 50)
    run(take_back_points, grant_id=granted.grant_id, reason="sent back")
    give_points(kept, 100, expires_at=NOW + timedelta(days=1))
    give_points(kept, 20)
    run(merge_members, actor=system("test"), kept_id=kept, merged_id=merged, now=LATER)
    react(LATER)
    points = get_points(kept, LATER)
    assert (points.debt, sum(each.amount for each in points.endings)) == (30, 0)
    assert get_balance(points_of(merged, Purpose.DEBT)) == 0
    assert audit() == []


def test_caps_count_what_was_earned_before_the_merge() -> None:
    make_rule(
        Rule("order_line_paid", "amount", units=1, per=1, currency="CNY", caps=(Cap("member_total", 100),))
    )
    kept, merged = make_member().id, make_member().id
    earn(paid(merged, 70))
    earn(paid(kept, 20))
    run(merge_members, actor=system("test"), kept_id=kept, merged_id=merged)
    earn(paid(kept, 50))
    react()
    assert get_points(kept, NOW).available == 100
