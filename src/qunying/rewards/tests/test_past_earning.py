"""Orders of the past earn only when somebody says so, once, and less what came back."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.engines.earning import Rule
from qunying.ledger.accounts import GROWTH
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.continue_past_earning import continue_past_earning
from qunying.rewards.actions.settle_filed_returns import settle_filed_returns
from qunying.rewards.actions.start_past_earning import NothingToEarn, PreviewOutdated, start_past_earning
from qunying.rewards.earning.past_orders import preview_past_orders
from qunying.rewards.models import PastEarning
from qunying.rewards.tests.test_earning import have, make_rule
from qunying.shop.models import OrderLine
from qunying.shop.tests.make import make_order, make_refund

pytestmark = pytest.mark.django_db
SPAN: Any = {"placed_from": NOW - timedelta(days=30), "placed_until": NOW + timedelta(days=1)}


def test_orders_of_the_past_earn_when_somebody_says_so_once_and_less_what_came_back() -> None:
    member_id = make_member().id
    for number in range(3):
        make_order(
            member_id,
            number=f"N{number}",
            lines=[("A", 2, 1_050), ("B", 1, 990)],
            placed_at=NOW - timedelta(days=2),
        )
    with pytest.raises(NothingToEarn):
        run(start_past_earning, **SPAN, points=0, growth=0)
    make_rule()
    make_rule(Rule("order_paid", "amount", units=1, per=10, currency="CNY"), asset="growth")
    line = OrderLine.objects.filter(order__number="N0", product__code="A").get()
    make_refund(line, quantity=1)
    seen = preview_past_orders(**SPAN, now=NOW)
    assert (seen.orders, seen.members, seen.points, seen.growth) == (3, 1, 3 * (21 + 9), 3 * 309)
    with pytest.raises(PreviewOutdated):
        run(start_past_earning, **SPAN, points=1, growth=1)
    run_id = run(start_past_earning, **SPAN, points=90, growth=927)
    while run(continue_past_earning, run_id=run_id, limit=2):
        pass
    assert not run(continue_past_earning, run_id=run_id)
    # Of the line of 21.00 the half came back: 10 of its 21 points stay, and 204 of the order's 309 growth value.
    assert (have(member_id), have(member_id, GROWTH)) == (79, 822)
    done = PastEarning.objects.get()
    assert (done.state, done.orders, done.points, done.growth) == ("done", 3, 79, 822)
    with pytest.raises(NothingToEarn):
        run(start_past_earning, **SPAN, points=0, growth=0)
    make_refund(OrderLine.objects.filter(order__number="N1", product__code="B").get(), quantity=1)
    assert run(settle_filed_returns) is not None
    assert (have(member_id), have(member_id, GROWTH)) == (70, 723)
    assert audit() == []
