"""What comes round by itself."""

from datetime import timedelta

import pytest

from qunying.kernel import clock
from qunying.ledger.doors.jobs import seal_blocks
from qunying.ledger.models import Transaction
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import points_of, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.doors.jobs import end_coupons, turn_points
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_coupon, make_template

pytestmark = pytest.mark.django_db(transaction=True)


def test_coupons_end_points_mature_and_blocks_are_sealed_by_themselves() -> None:
    before = clock.now() - timedelta(days=3)
    coupon = make_coupon(make_template(valid_days=0, now=before), now=before)
    member = make_member().id
    run(
        grant_points,
        now=before,
        member_id=member,
        amount=5,
        reason="order",
        matures_at=before + timedelta(days=1),
    )
    end_coupons(timestamp=0)
    turn_points(timestamp=0)
    seal_blocks(timestamp=0)
    assert Coupon.objects.get(pk=coupon.coupon_id).state == "expired"
    assert get_balance(points_of(member)) == 5
    assert not Transaction.objects.filter(block=None).exists()
