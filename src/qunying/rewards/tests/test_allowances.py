"""Grants and corrections keep to what the giver's role may give in a day."""

import pytest

from qunying.accounts.actions.change_allowances import RoleAllowance, change_allowances
from qunying.accounts.actions.take_allowance import AllowanceExceeded
from qunying.accounts.allowances import Given
from qunying.accounts.models import AllowanceUse
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.ledger.actions.adjust_balance import adjust_balance
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.tests.make import points_of, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.grant_coupons import grant_coupons
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.claiming import CouponSoldOut
from qunying.rewards.models import Coupon
from qunying.rewards.tests.make import make_template

pytestmark = pytest.mark.django_db


def _allow(role, given, per_day):
    run(change_allowances, allowances=[RoleAllowance(role, given, per_day)])


def test_points_granted_stop_at_the_allowance():
    _allow(Role.OPERATOR, Given.POINTS, 100)
    operator, member = make_staff(Role.OPERATOR).actor, make_member().id
    run(grant_points, actor=operator, member_id=member, amount=100, reason="sorry")
    with pytest.raises(AllowanceExceeded):
        run(grant_points, actor=operator, member_id=member, amount=1, reason="sorry")
    assert get_balance(points_of(member)) == 100


def test_coupons_given_one_by_one_and_in_sets_count_together():
    _allow(Role.OPERATOR, Given.COUPONS, 3)
    operator, template = make_staff(Role.OPERATOR).actor, make_template()
    members = [make_member().id for _ in range(4)]
    run(claim_coupon, actor=operator, template_id=template, member_id=members[0])
    with pytest.raises(AllowanceExceeded):
        run(grant_coupons, actor=operator, template_id=template, member_ids=members)
    assert run(grant_coupons, actor=operator, template_id=template, member_ids=members[:3]).granted == 2
    with pytest.raises(AllowanceExceeded):
        run(claim_coupon, actor=operator, template_id=template, member_id=members[3])
    assert Coupon.objects.count() == 3


def test_what_was_refused_otherwise_is_not_counted():
    operator, template = make_staff(Role.OPERATOR).actor, make_template(total=1)
    run(claim_coupon, template_id=template, member_id=make_member().id)
    with pytest.raises(CouponSoldOut):
        run(claim_coupon, actor=operator, template_id=template, member_id=make_member().id)
    assert not AllowanceUse.objects.exists()


def test_corrections_in_small_pieces_do_not_get_around_the_second_person():
    _allow(Role.MANAGER, Given.CORRECTED_UNITS, 500)
    manager, member = make_staff(Role.MANAGER).actor, make_member().id

    def correct(amount):
        return run(
            adjust_balance,
            actor=manager,
            account=points_of(member),
            amount=amount,
            reason="wrong import",
            evidence="ticket 12",
        ).posted

    assert [correct(300), correct(-200), correct(1)] == [True, True, False]
    assert get_balance(points_of(member)) == 100
