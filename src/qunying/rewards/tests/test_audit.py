"""The audit finds what is planted among coupons: one break for each check."""

import pytest
from django.db import connection

from qunying.ledger.integrity import CHECKS
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.expire_coupons import expire_coupons
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon
from qunying.rewards.tests.make import make_budget, make_coupon, make_promotion, make_template
from qunying.rewards.tests.test_paying_with_points import orders_with_points

pytestmark = pytest.mark.django_db


@pytest.fixture
def coupons():
    """Coupons in every state, some of them paid for by a campaign."""
    campaign = make_budget(50_000)
    template = make_template(campaign_id=campaign, valid_days=1, total=50)
    kept, reserved, redeemed, withdrawn, _ready = (make_coupon(template).coupon_id for _ in range(5))
    for coupon in (reserved, redeemed):
        run(reserve_coupon, coupon_id=coupon, order_number="A-1", total_minor=5_000)
    run(redeem_coupon, coupon_id=redeemed, order_number="A-1")
    run(withdraw_coupon, coupon_id=withdrawn, reason="given by mistake")
    make_coupon(make_template(valid_days=1))
    make_promotion(campaign_id=campaign)
    orders_with_points()
    assert audit() == []
    return kept


ANOTHER = "(SELECT member_id FROM rewards_coupon WHERE state = 'reserved')"
BREAKS = {
    "coupons_are_in_the_book": [
        "UPDATE rewards_coupon SET state = 'redeemed' WHERE state = 'reserved'",
        f"UPDATE rewards_coupon SET member_id = {ANOTHER}, number = 9 WHERE id = '{{kept}}'",
        "UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'member.available'",
    ],
    "used_coupons_are_in_the_book": [
        "UPDATE rewards_coupon SET state = 'expired' WHERE state = 'redeemed'",
        "UPDATE ledger_account SET balance = balance - 1 WHERE purpose = 'redeemed'",
    ],
    "serials_have_no_gap": [
        "UPDATE rewards_coupon SET serial = 40 WHERE id = '{kept}'",
        "UPDATE ledger_pool SET issued = issued + 1",
        "DELETE FROM ledger_returnedunit",
    ],
    "coupons_within_limits": [
        f"UPDATE rewards_coupon SET member_id = {ANOTHER}, number = 2 WHERE id = '{{kept}}'",
    ],
    "promises_are_funded": [
        "UPDATE ledger_hold SET state = 'voided' WHERE state = 'open'",
        "UPDATE rewards_coupon SET budget_hold_id = NULL WHERE id = '{kept}'",
    ],
    "order_points_are_in_the_book": [
        "UPDATE rewards_orderprice SET points_hold_id = gen_random_uuid() WHERE state = 'reserved'",
        "UPDATE rewards_orderprice SET points = points + 1 WHERE state = 'redeemed'",
        "UPDATE rewards_orderprice SET points_returned = points_returned + 1 WHERE state = 'redeemed'",
    ],
    "reserved_offers_are_funded": [
        "UPDATE rewards_orderoffer SET budget_hold_id = gen_random_uuid() WHERE budget_hold_id IS NOT NULL",
        "UPDATE rewards_orderoffer SET off_minor = off_minor + 1 WHERE budget_hold_id IS NOT NULL",
    ],
    "terms_are_kept": [
        "UPDATE rewards_coupontemplate SET amount_minor = amount_minor + 1",
        "UPDATE rewards_coupontemplate SET total = total + 1",
        "UPDATE ledger_pool SET rules_hash = repeat('0', 64)",
    ],
}


@pytest.mark.parametrize(
    ("check", "change"), [(check, change) for check, changes in BREAKS.items() for change in changes]
)
def test_a_planted_break_is_found_by_its_check(coupons, check, change):
    with connection.cursor() as cursor:
        # What only somebody with the database's own password can do.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(change.format(kept=coupons))
        cursor.execute("SET session_replication_role = origin")
    assert check in {found.check for found in audit()}


def test_every_check_of_rewards_has_its_planted_break():
    ours = {name for name, check in CHECKS.items() if check.find.__module__.startswith("qunying.rewards")}
    assert ours == set(BREAKS)


def test_a_coupon_that_ended_is_no_break(coupons):
    run(expire_coupons, now=NOW.replace(year=NOW.year + 1))
    make_coupon(make_template(now=NOW), member_id=make_member().id)
    assert audit() == []
