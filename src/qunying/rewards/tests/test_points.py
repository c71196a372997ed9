"""Points: pending, available, spent, refunded, taken back, ended."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from qunying.ledger.accounts import POINTS, Purpose, of_brand
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import AmountOutOfRange
from qunying.ledger.models import Lot
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reversal import ReversedTooMuch
from qunying.ledger.tests.make import NOW, points_of, run
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.tests.make import make_member
from qunying.rewards.actions.expire_points import expire_points
from qunying.rewards.actions.forfeit_points import forfeit_points
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.mature_points import mature_points
from qunying.rewards.actions.refund_points import NotASpend, refund_points
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.points import UnknownGrant
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def member_id():
    return make_member().id


def _have(member_id, purpose=Purpose.AVAILABLE):
    return get_balance(points_of(member_id, purpose))


def _grant(member_id, amount, **more):
    return run(grant_points, member_id=member_id, amount=amount, reason="order", **more)


def test_points_wait_for_the_end_of_the_return_window(member_id):
    due = NOW + timedelta(days=7)
    granted = _grant(member_id, 100, matures_at=due, valid_days=30)
    assert (granted.state, _have(member_id, Purpose.PENDING), _have(member_id)) == ("pending", 100, 0)
    with pytest.raises(InsufficientBalance):
        run(spend_points, member_id=member_id, amount=1, reason="gift")
    assert run(mature_points, now=due - timedelta(seconds=1)) == 0
    assert run(mature_points, now=due) == 1
    assert run(mature_points, now=due) == 0
    assert (_have(member_id, Purpose.PENDING), _have(member_id)) == (0, 100)
    # Matured on 8 March in Shanghai; thirty local days later is 7 April, over at midnight.
    assert Lot.objects.get().expires_at == datetime(2026, 4, 7, 16, tzinfo=UTC)
    assert audit() == []


def test_spend_and_refund_in_parts(member_id):
    _grant(member_id, 100)
    spent = run(spend_points, member_id=member_id, amount=60, reason="gift").transaction_id
    assert run(refund_points, transaction_id=spent, amount=20).amount == 20
    assert run(refund_points, transaction_id=spent).amount == 40
    with pytest.raises(ReversedTooMuch):
        run(refund_points, transaction_id=spent, amount=1)
    assert (_have(member_id), get_balance(of_brand(POINTS, Purpose.REDEEMED))) == (100, 0)
    with pytest.raises(NotASpend):
        run(refund_points, transaction_id=uuid4())


def test_taking_back_pending_points_leaves_no_trace_in_available(member_id):
    granted = _grant(member_id, 100, matures_at=NOW + timedelta(days=7))
    assert run(take_back_points, grant_id=granted.grant_id, amount=30).debt == 0
    run(mature_points, now=NOW + timedelta(days=7))
    assert (_have(member_id), _have(member_id, Purpose.PENDING)) == (70, 0)
    run(spend_points, member_id=member_id, amount=50, reason="gift")
    taken = run(take_back_points, grant_id=granted.grant_id)
    assert (taken.amount, taken.debt) == (70, 50)
    assert _have(member_id, Purpose.DEBT) == -50
    with pytest.raises(AmountOutOfRange):
        run(take_back_points, grant_id=granted.grant_id)
    assert get_balance(of_brand(POINTS, Purpose.ISSUANCE)) == 0
    _grant(member_id, 80)
    assert (_have(member_id), _have(member_id, Purpose.DEBT)) == (30, 0)
    assert audit() == []


def test_ended_points_are_told_to_the_stream(member_id):
    _grant(member_id, 100, valid_days=0)
    end = datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert run(expire_points, now=end - timedelta(microseconds=1)) == 0
    assert run(expire_points, now=end) == 1
    event = Event.objects.get(name="points_expired", member_id=member_id)
    assert event.quantity == -100
    assert _have(member_id) == 0


def test_what_ended_a_moment_ago_is_not_forfeited(member_id):
    _grant(member_id, 100, valid_days=0)
    _grant(member_id, 30)
    end = datetime(2026, 3, 1, 16, tzinfo=UTC)
    assert run(forfeit_points, now=end, member_id=member_id, amount=500, reason="rules").amount == 30
    assert run(expire_points, now=end) == 1
    assert _have(member_id) == 0


def test_nonsense_is_refused(member_id):
    with pytest.raises(MemberNotFound):
        _grant(uuid4(), 5)
    with pytest.raises(AmountOutOfRange):
        _grant(member_id, 0)
    with pytest.raises(AmountOutOfRange):
        _grant(member_id, -5)
    with pytest.raises(UnknownGrant):
        run(take_back_points, grant_id=uuid4())
