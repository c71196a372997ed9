"""The statement of a member: every movement, the balance after it, why, by whom, and where it came from."""

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.ledger.tests.make import give_points, run, spend
from qunying.members.tests.make import make_member
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.queries.list_statement import describe_lines, list_statement
from qunying.rewards.tests.make import make_coupon
from qunying.shop.tests.make import make_order

pytestmark = pytest.mark.django_db(transaction=True)


def test_every_movement_is_told_with_its_balance_and_source(client: Client) -> None:
    member = make_member().id
    give_points(make_member().id, 999)
    give_points(member, 100)
    spend(member, 30)
    coupon = make_coupon(member_id=member)
    run(reserve_coupon, coupon_id=coupon.coupon_id, order_number="A-7", total_minor=5_000)
    run(redeem_coupon, coupon_id=coupon.coupon_id, order_number="A-7")

    lines = describe_lines(list_statement(member).order_by("id"))

    points = [(line.amount, line.balance_after) for line in lines if line.asset == "points"]
    assert points == [(100, 100), (-30, 70)]
    of_coupon = [(line.purpose, line.amount, line.balance_after) for line in lines if line.asset != "points"]
    assert of_coupon == [
        ("member.available", 1, 1),
        ("member.available", -1, 0),
        ("member.held", 1, 1),
        ("member.held", -1, 0),
    ]
    used = lines[-1]
    assert [source.text for source in used.sources] == ["A-7", "Ten off"]
    assert used.sources[1].page == "rewards.template"
    assert all(line.by and line.what for line in lines)
    assert [line.id for line in describe_lines(list_statement(member, "coupon"))] == [
        line.id for line in lines[2:]
    ]

    client.force_login(make_staff())
    page = client.get(f"/console/statements/{member}/?kind=points").content.decode()
    assert "+100" in page
    assert "A-7" not in page
    text = client.get(f"/console/statements/{member}/?format=csv").content.decode()
    assert len(text.strip().splitlines()) == 1 + len(lines)


def test_an_order_is_named_where_it_earned_and_nowhere_else() -> None:
    member = make_member().id
    order = make_order(member, number="A-8")
    run(grant_points, member_id=member, amount=5, reason="order", order_id=order.id)
    run(grant_points, member_id=member, amount=7, reason="a thank-you")

    lines = describe_lines(list_statement(member).order_by("id"))

    assert [(line.amount, [source.text for source in line.sources]) for line in lines] == [
        (5, ["A-8"]),
        (7, []),
    ]
