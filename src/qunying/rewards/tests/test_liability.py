"""What is owed agrees with the book to the unit, and says so when it does not."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.tests.make import NOW, give_points, run, spend
from qunying.members.tests.make import make_member
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.state_points_worth import state_points_worth
from qunying.rewards.queries.get_liability import get_liability, list_days
from qunying.rewards.tests.make import make_budget, make_coupon, make_template

pytestmark = pytest.mark.django_db(transaction=True)
# The last instant of March in Shanghai is still March; the next day belongs to April.
END_OF_MARCH = datetime(2026, 3, 31, 16, tzinfo=UTC)


def test_what_is_owed_is_told_to_the_unit() -> None:
    member = make_member().id
    give_points(member, 700, expires_at=END_OF_MARCH)
    given = give_points(member, 300, expires_at=END_OF_MARCH + timedelta(days=1))
    give_points(member, 40)
    spend(member, 650)
    run(reverse_transaction, transaction_id=given, reason="by mistake")
    run(grant_points, member_id=member, amount=90, reason="later", matures_at=NOW + timedelta(days=9))
    run(state_points_worth, minor_per_thousand=1_005, currency="CNY")
    campaign = make_budget(100_000, now=NOW - timedelta(days=3))
    template = make_template()
    used = make_coupon(template, campaign_id=campaign)
    make_coupon(template, campaign_id=campaign)
    run(reserve_coupon, coupon_id=used.coupon_id, order_number="A", total_minor=5_000)
    run(redeem_coupon, coupon_id=used.coupon_id, order_number="A")

    found = get_liability(NOW)

    told = [(part.kind, part.month, part.units, part.worth_minor) for part in found.points]
    assert told == [
        ("available", date(2026, 3, 1), 50, 50),
        ("available", None, 40, 40),
        ("pending", None, 90, 90),
    ]
    assert found.points_outstanding == 180
    assert [(row.outstanding, row.largest_minor, row.expected_minor) for row in found.coupons] == [
        (1, 1_000, None)
    ]
    assert found.owed_minor == {"CNY": 180 + 1_000}
    [burn] = found.budgets
    assert (burn.total, burn.held, burn.spent, burn.free, burn.used) == (100_000, 1_000, 1_000, 98_000, 2_000)
    assert burn.runs_out_at == NOW + timedelta(days=3) * 49
    assert found.breakage[0].share == 0
    assert found.breaks == []
    days = {row.kind: row for row in list_days(2, NOW)}
    points = days["points"]
    assert (points.issued, points.taken_back, points.spent, points.expired) == (1_130, 300, 650, 0)
    assert points.net == found.points_outstanding
    assert days["coupon"].net == 1


@pytest.mark.parametrize(
    "corruption",
    [
        "UPDATE ledger_lot SET remaining = remaining - 1",
        "UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'member.available'",
        "UPDATE rewards_coupon SET state = 'expired'",
    ],
)
def test_a_corrupted_figure_is_seen(corruption: str) -> None:
    give_points(make_member().id, 100)
    make_coupon()
    assert get_liability(NOW).breaks == []
    with connection.cursor() as cursor:
        cursor.execute(corruption)
    assert get_liability(NOW).breaks


def test_the_page_shows_it_and_every_table_can_be_taken_along(client: Client) -> None:
    staff = make_staff()
    client.force_login(staff)
    give_points(make_member().id, 100)
    make_coupon(campaign_id=make_budget(5_000))
    client.post("/console/liability/worth/", {"worth": "10.00"})
    page = client.get("/console/liability/").content.decode()
    assert "data-chart" in page
    assert get_liability(NOW).owed_minor["CNY"] == 100 + 1_000
    for table, rows in (("owed", 3), ("budgets", 2), ("days", 1)):
        text = client.get("/console/liability/", {"format": "csv", "table": table}).content.decode()
        assert len(text.strip().splitlines()) >= rows, table
