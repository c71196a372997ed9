"""Discount depth: list price against paid over 30 and 90 days, from orders that were paid."""

from datetime import timedelta

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.queries.list_depths import list_depths
from qunying.rewards.tests.make import make_promotion
from qunying.rewards.tests.test_orders import reserve

pytestmark = pytest.mark.django_db


def test_what_was_taken_off_is_told_by_product(client: Client) -> None:
    client.force_login(make_staff())
    page = client.get("/console/pricing/depths/", headers={"accept-language": "en"})
    assert "priced here" in page.content.decode()
    ann, before = make_member().id, NOW - timedelta(days=60)
    reserve("A", ann, now=before)
    run(redeem_order, now=before, order_number="A")
    make_promotion("percent_off", basis_points=2_000)
    reserve("B", ann)
    run(redeem_order, order_number="B")
    reserve("C", ann)

    found = {each.product: each for each in list_depths(NOW)}
    one = found["P1"]
    assert (one.short.units, one.long.units) == (3, 6)
    assert (one.long.list_minor, one.short.list_minor) == (19_998, 9_999)
    assert one.short.depth == pytest.approx(0.2, abs=1e-3)
    assert one.long.depth == pytest.approx(0.1, abs=1e-3)
    assert one.deepening
    assert sum(each.short.paid_minor for each in found.values()) == 11_200
