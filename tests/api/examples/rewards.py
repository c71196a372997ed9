"""Requests about coupons and points."""

from uuid import UUID

from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.ledger.tests.make import ACTOR, run
from qunying.members.tests.make import make_member
from qunying.rewards.actions.create_code_batch import create_code_batch as create_batch
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.redeem_coupon import redeem_coupon
from qunying.rewards.actions.redeem_order import redeem_order as redeem_the_order
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.reserve_order import reserve_order as reserve_the_order
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.state_checkout_policy import state_checkout_policy as state_policy
from qunying.rewards.models import CouponTemplate
from qunying.rewards.pricing.carts import AskedCart, AskedLine
from qunying.rewards.pricing.checkout_policy import CheckoutWording
from qunying.rewards.queries.list_code_batches import list_codes
from qunying.rewards.queries.list_coupons import get_coupon
from qunying.rewards.queries.list_order_prices import list_order_prices as order_prices
from qunying.rewards.queries.quote_cart import quote_cart as quote_of_cart
from qunying.rewards.queries.show_code import show_code
from qunying.rewards.terms import rules_hash
from qunying.rewards.tests.make import make_coupon, make_promotion, make_template
from tests.api.examples import Example, example

TERMS = {
    "name": "Ten off",
    "kind": "amount_off",
    "amount_minor": 1_000,
    "currency": "CNY",
    "total": 100,
    "valid_days": 7,
}
ORDER = {"order_number": "A-1", "total_minor": 5_000}


def _coupon(*, reserved: bool = False, redeemed: bool = False) -> dict[str, object]:
    now = clock.now()
    coupon_id = make_coupon(make_template(now=now), now=now).coupon_id
    if reserved or redeemed:
        run(reserve_coupon, now=now, coupon_id=coupon_id, **ORDER)
    if redeemed:
        run(redeem_coupon, now=now, coupon_id=coupon_id, order_number="A-1")
    return {"coupon_id": coupon_id}


@example("rewards.list_templates")
def list_templates() -> Example:
    make_template()
    return Example(query={"state": "open"})


@example("rewards.create_template")
def create_template() -> Example:
    return Example(body=TERMS, other={**TERMS, "total": 200})


@example("rewards.get_template")
def get_template() -> Example:
    return Example({"template_id": make_template()})


@example("rewards.change_template")
def change_template() -> Example:
    return Example({"template_id": make_template(opened=False)}, body=TERMS, other={**TERMS, "total": 200})


@example("rewards.open_template")
def open_template() -> Example:
    template_id = make_template(opened=False)
    body = {"seen_rules_hash": rules_hash(CouponTemplate.objects.get(pk=template_id))}
    return Example({"template_id": template_id}, body=body, other={})


@example("rewards.close_template")
def close_template() -> Example:
    return Example({"template_id": make_template()})


@example("rewards.grant_coupons")
def grant_coupons() -> Example:
    path = {"template_id": make_template(now=clock.now())}
    first, second = str(make_member().id), str(make_member().id)
    return Example(path, body={"member_ids": [first]}, other={"member_ids": [second]})


@example("rewards.claim_coupon")
def claim_coupon() -> Example:
    template = str(make_template(now=clock.now()))
    first, second = str(make_member().id), str(make_member().id)
    return Example(
        body={"template_id": template, "member_id": first},
        other={"template_id": template, "member_id": second},
    )


@example("rewards.claim_coupons")
def claim_coupons() -> Example:
    template = str(make_template(total=1, now=clock.now()))
    claims = [
        {"command_id": str(new_id()), "template_id": template, "member_id": str(make_member().id)}
        for _ in range(2)
    ]
    return Example(body={"claims": claims})


@example("rewards.list_coupons")
def list_coupons() -> Example:
    member = make_coupon().member_id
    return Example(query={"member_id": str(member)})


@example("rewards.find_coupon_by_code")
def find_coupon_by_code() -> Example:
    codes = [show_code(get_coupon(make_coupon().coupon_id)) for _ in range(2)]
    return Example(body={"code": codes[0]}, other={"code": codes[1]})


@example("rewards.get_coupon")
def get_one() -> Example:
    return Example(_coupon())


@example("rewards.see_code")
def see_code() -> Example:
    return Example(_coupon())


@example("rewards.reserve_coupon")
def reserve() -> Example:
    return Example(_coupon(), body=ORDER, other={**ORDER, "total_minor": 6_000})


@example("rewards.release_coupon")
def release() -> Example:
    return Example(_coupon(reserved=True), body={"order_number": "A-1"}, other={"order_number": "B-1"})


@example("rewards.redeem_coupon")
def redeem() -> Example:
    return Example(_coupon(reserved=True), body={"order_number": "A-1"}, other={"order_number": "B-1"})


@example("rewards.roll_back_coupon")
def roll_back() -> Example:
    return Example(_coupon(redeemed=True), body={"reason": "order cancelled"}, other={"reason": "returned"})


@example("rewards.withdraw_coupon")
def withdraw() -> Example:
    return Example(_coupon(), body={"reason": "given by mistake"}, other={"reason": "fraud"})


def _points(amount: int, *, member: str = "") -> dict[str, object]:
    return {"member_id": member or str(make_member().id), "amount": amount, "reason": "order A-1"}


@example("rewards.grant_points")
def grant_some_points() -> Example:
    return Example(body=_points(10), other=_points(20))


@example("rewards.take_back_points")
def take_back() -> Example:
    granted = run(grant_points, now=clock.now(), **_points(10))
    return Example({"grant_id": granted.grant_id}, body={"reason": "returned"}, other={"reason": "fraud"})


def _spent() -> tuple[str, dict[str, object]]:
    member = str(make_member().id)
    run(grant_points, now=clock.now(), **_points(10, member=member))
    return member, {
        "transaction_id": run(spend_points, now=clock.now(), **_points(4, member=member)).transaction_id
    }


@example("rewards.spend_points")
def spend_some_points() -> Example:
    member = _spent()[0]
    return Example(body=_points(2, member=member), other=_points(3, member=member))


@example("rewards.refund_points")
def refund() -> Example:
    return Example(_spent()[1], body={"reason": "returned"}, other={"reason": "returned", "amount": 1})


@example("rewards.get_points")
def get_points() -> Example:
    return Example({"member_id": _spent()[0]})


@example("rewards.list_points_statement")
def list_points_statement() -> Example:
    return Example({"member_id": _spent()[0]})


OFFER = {
    "name": "300 − 50",
    "kind": "steps",
    "currency": "CNY",
    "promise": {"steps": [[20_000, 2_000], [30_000, 5_000]]},
    "cart": {"tags": ["shoes"], "without_products": ["P9"]},
}
CART = {
    "currency": "CNY",
    "lines": [
        {"id": "1", "product": "P1", "quantity": 2, "unit_price_minor": 17_500, "tags": ["shoes"]},
        {"id": "2", "product": "P2", "quantity": 1, "unit_price_minor": 5_000},
    ],
    "shipping_minor": 1_000,
}


@example("rewards.quote_cart")
def quote_cart() -> Example:
    make_promotion()
    return Example(body={**CART, "member_id": str(make_coupon(now=clock.now()).member_id)})


@example("rewards.list_promotions")
def list_promotions() -> Example:
    make_promotion()
    return Example(query={"state": "open"})


@example("rewards.create_promotion")
def create_promotion() -> Example:
    return Example(body=OFFER, other={**OFFER, "name": "Another"})


@example("rewards.get_promotion")
def get_promotion() -> Example:
    return Example({"promotion_id": make_promotion()})


@example("rewards.change_promotion")
def change_promotion() -> Example:
    path = {"promotion_id": make_promotion(opened=False)}
    return Example(path, body=OFFER, other={**OFFER, "name": "Another"})


@example("rewards.open_promotion")
def open_promotion() -> Example:
    return Example({"promotion_id": make_promotion(opened=False)})


@example("rewards.close_promotion")
def close_promotion() -> Example:
    return Example({"promotion_id": make_promotion()})


@example("rewards.renew_promotion")
def renew_promotion() -> Example:
    return Example({"promotion_id": make_promotion()})


@example("rewards.list_price_floors")
def list_price_floors() -> Example:
    return Example()


@example("rewards.set_price_floor")
def set_price_floor() -> Example:
    floor = {"kind": "tag", "key": "shoes", "least_basis_points": 6_000}
    return Example(body=floor, other={**floor, "least_basis_points": 7_000})


@example("rewards.list_checkout_policies")
def list_checkout_policies() -> Example:
    run(state_policy, wording=CheckoutWording(currency="CNY", minor_per_hundred=100))
    return Example()


@example("rewards.state_checkout_policy")
def state_checkout_policy() -> Example:
    policy = {"currency": "CNY", "minor_per_hundred": 100, "share_basis_points": 5_000, "tags": ["shoes"]}
    return Example(body=policy, other={**policy, "with_coupons": False})


def _order(*, reserved: bool = True, redeemed: bool = False) -> dict[str, object]:
    now = clock.now()
    line = AskedLine(id="1", product="P1", quantity=2, unit_price_minor=5_000)
    asked = AskedCart(currency="CNY", lines=(line,))
    member_id = make_coupon(make_template(now=now), now=now).member_id
    quoted = quote_of_cart(asked=asked, actor=ACTOR, now=now, member_id=member_id)
    if reserved or redeemed:
        words = {"asked": asked, "member_id": member_id, "codes": [], "quote_hash": quoted.quote_hash}
        run(reserve_the_order, now=now, order_number="A-1", **words)
    if redeemed:
        run(redeem_the_order, now=now, order_number="A-1")
    return {"member_id": str(member_id), "quote_hash": quoted.quote_hash}


@example("rewards.reserve_order")
def reserve_order() -> Example:
    cart = {
        "currency": "CNY",
        "lines": [{"id": "1", "product": "P1", "quantity": 2, "unit_price_minor": 5_000}],
    }
    body = {**cart, **_order(reserved=False), "order_number": "A-1"}
    return Example(body=body, other={**body, "order_number": "A-2"})


@example("rewards.redeem_order")
def redeem_order() -> Example:
    _order()
    return Example(body={"order_number": "A-1"}, other={"order_number": "A-2"})


@example("rewards.release_order")
def release_order() -> Example:
    _order()
    return Example(body={"order_number": "A-1"}, other={"order_number": "A-2"})


@example("rewards.refund_order")
def refund_order() -> Example:
    _order(redeemed=True)
    body = {"order_number": "A-1", "lines": [{"line_id": "1", "quantity": 1}], "reason": "returned"}
    return Example(body=body, other={**body, "with_shipping": True})


@example("rewards.cancel_order")
def cancel_order() -> Example:
    _order(redeemed=True)
    body = {"order_number": "A-1", "reason": "cancelled"}
    return Example(body=body, other={**body, "reason": "another"})


@example("rewards.list_order_prices")
def list_order_prices() -> Example:
    _order()
    return Example(query={"order_number": "A-1"})


@example("rewards.get_order_price")
def get_order_price() -> Example:
    _order()
    return Example({"order_price_id": order_prices().get().id})


def _batch() -> UUID:
    template = make_template(now=clock.now(), audience="code")
    batch_id: UUID = run(create_batch, template_id=template, name="Cards", count=2)
    return batch_id


@example("rewards.create_code_batch")
def create_code_batch() -> Example:
    body = {"name": "Cards", "count": 2}
    return Example({"template_id": make_template()}, body=body, other={**body, "count": 3})


@example("rewards.list_code_batches")
def list_code_batches() -> Example:
    _batch()
    return Example({"template_id": make_template()})


@example("rewards.export_code_batch")
def export_code_batch() -> Example:
    return Example({"batch_id": _batch()})


@example("rewards.enter_code")
def enter_code() -> Example:
    first, second = (code for _number, code in list_codes(_batch()))
    body = {"member_id": str(make_member().id), "code": first}
    return Example(body=body, other={**body, "code": second})


@example("rewards.get_liability")
def get_liability() -> Example:
    make_coupon(make_template(now=clock.now()), now=clock.now())
    return Example(query={"days": 7})


@example("rewards.state_points_worth")
def state_points_worth() -> Example:
    body = {"minor_per_thousand": 1_000, "currency": "CNY"}
    return Example(body=body, other={**body, "minor_per_thousand": 900})


@example("rewards.list_statement")
def list_statement() -> Example:
    member_id = make_member(now=clock.now()).id
    make_coupon(make_template(now=clock.now()), member_id=member_id, now=clock.now())
    return Example({"member_id": member_id}, query={"kind": "coupon"})


@example("rewards.foresee_coupon")
def foresee_coupon() -> Example:
    return Example({"template_id": make_template(now=clock.now())}, query={"per_hour": 5})


@example("rewards.list_depths")
def list_depths() -> Example:
    return Example()
