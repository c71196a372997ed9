"""Automatic offers: versions, terms that stay, and what a cart costs with them and with coupons."""

import contextlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from qunying.kernel.guessing import TooManyAttempts
from qunying.ledger.tests.make import ACTOR, NOW, run
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.tests.make import make_member
from qunying.rewards.actions.change_promotion import change_promotion
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.open_promotion import open_promotion
from qunying.rewards.actions.renew_promotion import renew_promotion
from qunying.rewards.actions.reserve_coupon import reserve_coupon
from qunying.rewards.actions.set_price_floor import set_price_floor
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.cart_terms import COUPON_TERMS, CartTerms, TermsWrong
from qunying.rewards.pricing.carts import AskedCart, AskedLine, CartWrong, MixedCurrencies
from qunying.rewards.pricing.promotion_terms import Promise, PromotionWording
from qunying.rewards.pricing.promotions import DraftExists, PromotionNotDraft, PromotionNotOpen
from qunying.rewards.pricing.quoting import CodeNotUsable
from qunying.rewards.queries.list_coupons import get_coupon
from qunying.rewards.queries.list_promotions import list_versions
from qunying.rewards.queries.quote_cart import CodesNeedMember, quote_cart
from qunying.rewards.queries.show_code import show_code
from qunying.rewards.terms import CouponNeedsCart
from qunying.rewards.tests.make import make_coupon, make_promotion, make_template

pytestmark = pytest.mark.django_db
SHOES = AskedLine(id="1", product="P1", quantity=2, unit_price_minor=17_500, tags=("shoes",))
SOCKS = AskedLine(id="2", product="P2", quantity=1, unit_price_minor=5_000)
CART = AskedCart(currency="CNY", lines=(SHOES, SOCKS), shipping_minor=1_000)


def quote(asked=CART, *, now=NOW, **words):
    return quote_cart(asked=asked, actor=ACTOR, now=now, **words)


def wording(**promise):
    return PromotionWording(name="x", kind="amount_off", currency="CNY", promise=Promise(**promise))


def test_an_opened_offer_keeps_its_terms_and_is_followed_by_a_new_version():
    first = make_promotion(amount_minor=500)
    with pytest.raises(PromotionNotDraft):
        run(change_promotion, promotion_id=first, wording=wording(amount_minor=900))
    promotion = Promotion.objects.get(pk=first)
    promotion.terms = {**promotion.terms, "promise": {"amount_minor": 900}}
    with pytest.raises(IntegrityError, match="keeps its terms"), transaction.atomic():
        promotion.save()
    second = run(renew_promotion, promotion_id=first)
    with pytest.raises(DraftExists):
        run(renew_promotion, promotion_id=first)
    run(change_promotion, promotion_id=second, wording=wording(amount_minor=900))
    assert quote().goods_minor == 40_000 - 500
    assert (
        quote(draft=Promotion.objects.get(pk=second)).goods_minor == 40_000 - 900
    )  # instead of the running one
    run(open_promotion, promotion_id=second)
    assert quote().goods_minor == 40_000 - 900
    versions = list_versions(Promotion.objects.get(pk=first))
    assert [(one.version, one.state) for one in versions] == [(2, "open"), (1, "closed")]
    run(close_promotion, promotion_id=second)
    with pytest.raises(PromotionNotOpen):
        run(close_promotion, promotion_id=second)
    assert quote().goods_minor == 40_000


@pytest.mark.parametrize(
    ("kind", "numbers", "field"),
    [
        ("amount_off", {}, "amount_minor"),
        ("amount_off", {"amount_minor": 1, "units": 2}, "units"),
        ("steps", {"steps": ((300, 30), (200, 40))}, "kind"),
        ("every", {"each_minor": 100, "amount_minor": 200}, "kind"),
        ("bundle", {"units": 3}, "price_minor"),
        ("gift", {"gift_product": "x\n", "gift_quantity": 1, "gift_worth_minor": 1}, "gift_product"),
        ("gift", {"gift_product": "x", "gift_quantity": 5 * 10**9, "gift_worth_minor": 1}, "gift_quantity"),
        ("gift", {"gift_product": "x", "gift_quantity": 1, "gift_worth_minor": 10**9}, "gift_worth_minor"),
        ("nonsense", {"amount_minor": 1}, "kind"),
    ],
)
def test_terms_that_make_no_sense_are_refused_with_the_field(kind, numbers, field):
    with pytest.raises(TermsWrong) as refused:
        make_promotion(kind, **(numbers or {"threshold_minor": 1}))
    assert refused.value.fields["field"] == field


def test_a_cart_has_the_best_of_offers_and_coupons_and_says_why():
    ann = make_member().id
    make_promotion("unit_price", price_minor=15_000, cart=CartTerms(products=("P1",)))
    make_promotion("steps", steps=((20_000, 2_000), (30_000, 4_000)), cart=CartTerms(group="promotion"))
    make_promotion("percent_off", basis_points=1_000, starts_at=NOW + timedelta(days=1))
    make_promotion("amount_off", amount_minor=9_000, cart=CartTerms(tiers=("gold",), stage=6))
    ten = make_coupon(member_id=ann)  # 10.00 off, ends after seven days
    later = make_coupon(make_template(total=5), member_id=ann)
    post = make_coupon(make_template(kind="free_shipping", amount_minor=None, cap_minor=600,
        cart=CartTerms(stage=9)), member_id=ann)  # fmt: skip
    answer = quote(member_id=ann)
    # 2 × 150.00 + 50.00 = 350.00 − 40.00 − 10.00, shipping 10.00 − 6.00
    assert (answer.goods_minor, answer.shipping_minor) == (30_000, 400)
    assert sum(line.paid_minor for line in answer.lines) == answer.goods_minor
    used = {one.key: one.off_minor + one.off_shipping_minor for one in answer.used if one.kind == "coupon"}
    assert used[post.coupon_id] == 600
    assert len(used) == 2
    assert used.get(ten.coupon_id, used.get(later.coupon_id)) == 1_000
    assert {one.reason for one in answer.unused} == {"not_yet", "other_tier", "excluded"}
    assert answer.quote_hash == quote(member_id=ann).quote_hash
    run(change_attribute, member_id=ann, attribute="tier", value="gold")
    gold = quote(member_id=ann)
    assert (gold.tier, gold.goods_minor) == ("gold", 30_000 - 9_000)
    assert gold.quote_hash != answer.quote_hash
    assert quote().goods_minor == 31_000  # nobody's cart: automatic offers only


def test_codes_are_the_members_own_and_guessing_is_limited():
    ann, bob = make_member().id, make_member().id
    claimed = make_coupon(member_id=ann)
    code = show_code(get_coupon(claimed.coupon_id))
    assert quote(member_id=ann, codes=[code]).goods_minor == 39_000
    with pytest.raises(CodesNeedMember):
        quote(codes=[code])
    for wrong in (code, "AAAAA-AAAAA-AAAA", "x"):
        with pytest.raises(CodeNotUsable):
            quote(member_id=bob, codes=[wrong])
    for _try in range(56):
        with contextlib.suppress(CodeNotUsable):
            quote(member_id=bob, codes=["x"])
    with pytest.raises(TooManyAttempts):
        quote(member_id=bob, codes=["x"])


def test_floors_hold_and_carts_that_make_no_sense_are_refused():
    make_promotion("percent_off", basis_points=5_000)
    run(set_price_floor, kind="tag", key="shoes", least_basis_points=8_000)
    answer = quote()
    assert answer.lines[0].paid_minor == 28_000
    run(set_price_floor, kind="all", least_basis_points=9_000)
    assert quote().goods_minor == 36_000
    run(set_price_floor, kind="all", least_basis_points=None)
    for line in (
        AskedLine(id="1", product="P1", quantity=-1, unit_price_minor=1),
        AskedLine(id="1", product="P1", quantity=1, unit_price_minor=-1),
        AskedLine(id="1", product="\0", quantity=1, unit_price_minor=1),
    ):
        with pytest.raises(CartWrong):
            quote(AskedCart(currency="CNY", lines=(line,)))
    with pytest.raises(CartWrong):
        quote(AskedCart(currency="CNY", lines=(SHOES, SHOES)))
    foreign = AskedLine(id="3", product="P3", quantity=1, unit_price_minor=1, currency="USD")
    with pytest.raises(MixedCurrencies):
        quote(AskedCart(currency="CNY", lines=(SHOES, foreign)))


def test_coupons_that_need_the_cart_are_not_used_by_total_alone():
    gift = {
        "kind": "gift",
        "amount_minor": None,
        "gift_product": "mug",
        "gift_quantity": 1,
        "gift_worth_minor": 900,
    }
    scoped = {"cart": CartTerms(**{**COUPON_TERMS.__dict__, "tags": ("shoes",)})}
    for words in (gift, scoped):
        claimed = make_coupon(make_template(**words))
        with pytest.raises(CouponNeedsCart):
            run(reserve_coupon, coupon_id=claimed.coupon_id, order_number="A", total_minor=50_000)
        assert quote(member_id=claimed.member_id).used[0].key == claimed.coupon_id
