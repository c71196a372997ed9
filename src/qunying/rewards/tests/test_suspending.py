"""Suspended rewards end by themselves, follow merging, and forfeited points come back to where they were."""

from datetime import timedelta

import pytest

from qunying.kernel.ids import new_id
from qunying.ledger.models import Lot
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reversal import ReversedTooMuch
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.forfeit_points import forfeit_points
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.lift_suspension import lift_suspension
from qunying.rewards.actions.restore_points import NotAForfeit, restore_points
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.suspend_rewards import suspend_rewards
from qunying.rewards.suspending import RewardsSuspended, list_suspended
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def suspend(member, until=NOW + DAY, reference="penalty:1"):
    run(suspend_rewards, member_id=member.id, until=until, reference=reference)


def test_nothing_is_claimed_or_granted_until_it_ends():
    member, other, template = make_member(), make_member(), make_template()
    suspend(member)
    with pytest.raises(RewardsSuspended):
        run(claim_coupon, template_id=template, member_id=member.id)
    with pytest.raises(RewardsSuspended):
        run(grant_points, member_id=member.id, amount=10, reason="order")
    granted = run(grant_coupons, template_id=template, member_ids=[member.id, other.id])
    assert (granted.granted, granted.suspended) == (1, 1)
    assert run(claim_coupon, now=NOW + DAY, template_id=template, member_id=member.id).serial == 2


def test_it_is_lifted_by_its_reference():
    member = make_member()
    suspend(member, until=None, reference="penalty:1")
    suspend(member, until=None, reference="penalty:2")
    assert run(lift_suspension, reference="penalty:1") is True
    assert list_suspended([member.id], NOW) == {member.id}
    assert run(lift_suspension, reference="penalty:2") is True
    assert run(lift_suspension, reference="penalty:2") is False
    assert list_suspended([member.id], NOW) == set()


def test_it_follows_merging_and_its_undoing():
    member, kept = make_member(), make_member()
    suspend(member)
    merge = run(merge_members, kept_id=kept.id, merged_id=member.id)
    assert list_suspended([kept.id], NOW) == {kept.id}
    run(undo_merge, merge_id=merge.merge_id)
    assert list_suspended([kept.id, member.id], NOW) == {member.id}


def test_forfeited_points_return_to_their_lots():
    member = make_member()
    run(grant_points, member_id=member.id, amount=60, reason="order", valid_days=5)
    run(grant_points, member_id=member.id, amount=60, reason="order")
    before = list(Lot.objects.order_by("pk").values_list("remaining", "expires_at"))
    taken = run(forfeit_points, member_id=member.id, amount=100, reason="rules")
    assert (taken.amount, get_balance(points_of(member.id))) == (100, 20)
    assert run(restore_points, transaction_id=taken.transaction_id) == 100
    assert list(Lot.objects.order_by("pk").values_list("remaining", "expires_at")) == before
    with pytest.raises(ReversedTooMuch):
        run(restore_points, transaction_id=taken.transaction_id)
    assert audit() == []


def test_never_more_than_there_is():
    member = make_member()
    assert run(forfeit_points, member_id=member.id, amount=100, reason="rules").transaction_id is None
    run(grant_points, member_id=member.id, amount=30, reason="order")
    assert run(forfeit_points, member_id=member.id, amount=100, reason="rules").amount == 30
    assert get_balance(points_of(member.id)) == 0
    assert audit() == []


def test_only_forfeits_are_restored():
    member = make_member()
    run(grant_points, member_id=member.id, amount=30, reason="order")
    spent = run(spend_points, member_id=member.id, amount=10, reason="gift")
    for transaction_id in (new_id(), spent.transaction_id):
        with pytest.raises(NotAForfeit):
            run(restore_points, transaction_id=transaction_id)
