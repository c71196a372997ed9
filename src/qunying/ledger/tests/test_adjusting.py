"""Corrections by hand: reason, ceiling, second person, and an end to waiting."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from qunying.kernel.actors import Actor
from qunying.ledger.accounts import Purpose, coupon_asset, of_campaign, of_member
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.actions.approve_adjustment import approve_adjustment
from qunying.ledger.actions.reject_adjustment import reject_adjustment
from qunying.ledger.adjusting import UNIT_CEILING, NotAdjustable
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import AmountOutOfRange, ReasonNotFit
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import WAITING_TIME, AdjustmentNotWaiting, ReasonMissing, SecondPersonNeeded
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import make_member

pytestmark = pytest.mark.django_db

ANNA = Actor("staff", "anna", frozenset({"ledger.*"}))
BEN = Actor("staff", "ben", frozenset({"ledger.*"}))


def _adjust(account, amount, *, actor=ANNA, reason="wrong import", evidence="ticket 12"):
    return run(adjust_balance, actor=actor, account=account, amount=amount, reason=reason, evidence=evidence)


def test_small_corrections_are_posted_at_once():
    member = uuid4()
    assert _adjust(points_of(member), UNIT_CEILING).posted
    assert _adjust(points_of(member), -400).posted
    assert not _adjust(points_of(member), -UNIT_CEILING - 1).posted
    assert get_balance(points_of(member)) == 600
    with pytest.raises(InsufficientBalance):
        _adjust(points_of(member), -601)
    assert audit() == []


def test_large_ones_wait_for_another_person():
    member = uuid4()
    adjusted = _adjust(points_of(member), UNIT_CEILING + 1)
    assert not adjusted.posted
    assert get_balance(points_of(member)) == 0
    with pytest.raises(SecondPersonNeeded):
        run(approve_adjustment, actor=ANNA, adjustment_id=adjusted.adjustment_id)
    run(approve_adjustment, actor=BEN, adjustment_id=adjusted.adjustment_id)
    assert get_balance(points_of(member)) == UNIT_CEILING + 1
    with pytest.raises(AdjustmentNotWaiting):
        run(approve_adjustment, actor=BEN, adjustment_id=adjusted.adjustment_id)


def test_a_correction_follows_the_member_through_a_merge():
    kept, merged = make_member().id, make_member().id
    waiting = _adjust(points_of(merged), UNIT_CEILING + 1)
    run(merge_members, kept_id=kept, merged_id=merged)
    run(approve_adjustment, actor=BEN, adjustment_id=waiting.adjustment_id)
    assert _adjust(points_of(merged), -1).posted
    assert (get_balance(points_of(kept)), get_balance(points_of(merged))) == (UNIT_CEILING, 0)
    assert audit() == []


def test_money_has_the_brands_ceiling():
    campaign = of_campaign(uuid4(), "CNY")
    assert _adjust(campaign, 100_000).posted
    assert not _adjust(campaign, 100_001).posted


def test_rejected_or_forgotten_corrections_are_never_posted():
    rejected = _adjust(points_of(uuid4()), 5_000).adjustment_id
    run(reject_adjustment, actor=ANNA, adjustment_id=rejected)
    forgotten = _adjust(points_of(uuid4()), 5_000).adjustment_id
    for adjustment, instant in ((rejected, NOW), (forgotten, NOW + WAITING_TIME)):
        with pytest.raises(AdjustmentNotWaiting):
            run(approve_adjustment, actor=BEN, adjustment_id=adjustment, now=instant)
    run(approve_adjustment, actor=BEN, adjustment_id=forgotten, now=NOW + WAITING_TIME - timedelta(seconds=1))


def test_the_database_itself_knows_of_the_second_person():
    adjusted = _adjust(points_of(uuid4()), 5_000)
    with pytest.raises(IntegrityError), transaction.atomic():
        Adjustment.objects.filter(pk=adjusted.adjustment_id).update(state="posted", decided_by=ANNA.key)


def test_reason_evidence_account_and_amount_are_checked():
    member = points_of(uuid4())
    with pytest.raises(ReasonMissing):
        _adjust(member, 5, reason="  ")
    with pytest.raises(ReasonMissing):
        _adjust(member, 5, evidence="")
    with pytest.raises(ReasonNotFit):
        _adjust(member, 5_000, reason="for 13812345678")
    for account in (
        member.beside(Purpose.HELD),
        of_member(uuid4(), coupon_asset(uuid4())),
        of_campaign(uuid4(), "CNY", Purpose.BUDGET_SPENT),
    ):
        with pytest.raises(NotAdjustable):
            _adjust(account, 5)
    for amount in (0, 10**15):
        with pytest.raises(AmountOutOfRange):
            _adjust(member, amount)
