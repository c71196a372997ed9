"""Limits of automatic offers: orders in all, per member, cost; what comes back is free again; the last use has one winner."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.kernel.tests.racing import race, switch_off
from qunying.ledger.tests.make import ACTOR, NOW, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.cart_terms import TermsWrong
from qunying.rewards.pricing.limits import OfferLimits, OfferUse, OfferUsedUp, count_uses
from qunying.rewards.queries.quote_cart import quote_cart
from qunying.rewards.tests.make import make_promotion
from qunying.rewards.tests.test_orders import CART, refund, reserve

pytestmark = pytest.mark.django_db(transaction=True)
LATE = NOW + RESERVATION + timedelta(seconds=1)


def offers(member=None, *, now=NOW):
    return [one.off_minor for one in quote_cart(asked=CART, actor=ACTOR, now=now, member_id=member).used]


def test_an_offer_ends_with_its_last_use_and_comes_back_with_the_goods() -> None:
    offer = make_promotion(limits=OfferLimits(uses=2, per_member=1))
    ann, bob, eve = (make_member().id for _ in range(3))
    assert offers() == []  # without a member nobody knows how often
    reserve("A", ann)
    assert offers(ann) == []
    assert offers(bob) == [500]
    reserve("B", bob)
    assert offers(eve) == []
    run(redeem_order, order_number="A")
    assert count_uses([offer], NOW)[offer] == OfferUse(2, 1_000)

    assert offers(eve, now=LATE) == [500]  # Bob has not paid
    reserve("C", eve, now=LATE)
    with pytest.raises(OfferUsedUp):
        run(redeem_order, now=LATE, order_number="B")
    refund("A", ("a", 3), ("b", 1), with_shipping=True)
    assert offers(ann, now=LATE) == [500]
    run(redeem_order, now=LATE, order_number="B")


def test_what_an_offer_may_cost_is_kept_and_a_smaller_cart_still_gets_it() -> None:
    offer = make_promotion(
        "percent_off", basis_points=1_000, cap_minor=5_000, limits=OfferLimits(cost_minor=2_000)
    )
    ann = make_member().id
    assert offers(ann) == [1_400]
    reserve("A", ann)
    assert offers(ann) == []  # another 14.00 would be too much
    run(redeem_order, order_number="A")
    refund("A", ("b", 1))
    assert count_uses([offer], NOW)[offer].cost_minor < 1_400
    assert Promotion.objects.get(pk=offer).terms["limits"] == {"cost_minor": 2_000}
    with pytest.raises(TermsWrong):
        make_promotion(limits=OfferLimits(uses=0))


def _race_for_the_last_use(times: int):
    """Everybody was shown the price with the offer; it is left once."""
    make_promotion(limits=OfferLimits(uses=1))
    people = [make_member().id for _ in range(times)]
    hashes = [quote_cart(asked=CART, actor=ACTOR, now=NOW, member_id=who).quote_hash for who in people]

    def order(number: int) -> None:
        words: dict[str, Any] = {"asked": CART, "codes": [], "quote_hash": hashes[number]}
        run(reserve_order, order_number=f"N{number}", member_id=people[number], **words)

    return race(order, times)


def test_the_last_use_has_one_winner() -> None:
    outcomes = _race_for_the_last_use(5)
    assert outcomes["done"] == 1
    assert outcomes.get("offer_used_up", 0) + outcomes.get("quote_changed", 0) == 4


def test_the_last_use_has_many_without_the_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    switch_off(monkeypatch, "rewards.offer_limits", "rewards.offer_limits_checked")
    assert _race_for_the_last_use(5)["done"] > 1
