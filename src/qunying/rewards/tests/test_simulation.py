"""What a coupon may come to, bounded by its stock and its campaign's budget."""

from datetime import date

import pytest
from django.test import Client

from qunying.accounts.tests.make import make_staff
from qunying.ledger.tests.make import NOW
from qunying.rewards.queries.foresee_coupon import DiscountNotKnown, foresee_coupon
from qunying.rewards.queries.get_template import get_template
from qunying.rewards.tests.make import make_coupon, make_template

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_coupon_is_played_before_it_opens(client: Client) -> None:
    template_id = make_template(total=40, claim_until=date(2026, 3, 2))
    make_coupon(template_id)
    found = foresee_coupon(get_template(template_id), per_hour=10, used=0.5, now=NOW)
    [claims] = found.outcome.prizes
    assert (found.left, found.cost_minor, claims.stock_out) == (39, 1_000, 1)
    assert claims.hours is not None
    assert 2 <= claims.hours <= 8
    assert found.outcome.cost_minor.mean == pytest.approx(39 * 500, rel=0.03)

    open_end = make_template(kind="percent_off", amount_minor=None, percent_basis_points=1_000)
    with pytest.raises(DiscountNotKnown):
        foresee_coupon(get_template(open_end), per_hour=1, now=NOW)
    client.force_login(make_staff())
    link = f"/console/coupons/{open_end}/simulation/"
    assert client.get(link, {"per_hour": "1"}).context["problem"]
    assert client.get(link, {"per_hour": "1", "cost": "5"}).context["found"].cost_minor == 500
