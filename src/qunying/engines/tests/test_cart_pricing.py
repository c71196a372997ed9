"""The best price of a cart: equal to the slow way, never negative, adding up, the same in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.engines.cart_offers import (
    AmountOff,
    Bundle,
    BuyGet,
    Cart,
    CartLine,
    EveryOff,
    FreeShipping,
    Gift,
    Offer,
    PercentOff,
    Scope,
    StepsOff,
    UnitPercent,
    UnitPrice,
)
from qunying.engines.cart_pricing import price_cart
from qunying.engines.coupon_value import refund_value
from qunying.engines.tests.plain_cart import plain_price

NOW = datetime(2026, 11, 11, tzinfo=UTC)
TAGS = ["shoes", "socks", "sale"]


def cart_of(*lines: CartLine, shipping: int = 0, **words) -> Cart:
    return Cart(tuple(lines), "CNY", NOW, shipping, **words)


def line(name: str, price: int, quantity: int = 1, *tags: str, floor: int = 0) -> CartLine:
    return CartLine(name, f"P{name}", quantity, price, frozenset(tags), floor)


def offer(name: str, benefit, **words) -> Offer:
    return Offer(name, benefit, "CNY", **words)


benefits = st.one_of(
    st.builds(AmountOff, st.integers(1, 900)),
    st.builds(PercentOff, st.integers(1, 10_000), st.none() | st.integers(1, 400)),
    st.builds(StepsOff, st.sampled_from([((500, 50), (900, 120)), ((300, 299),)])),
    st.builds(EveryOff, st.integers(200, 500), st.integers(1, 200), st.none() | st.integers(1, 2)),
    st.builds(Bundle, st.integers(1, 3), st.integers(0, 800), st.none() | st.integers(1, 2)),
    st.builds(BuyGet, st.integers(1, 2), st.integers(1, 2), st.none() | st.integers(1, 2)),
    st.builds(Gift, st.just("mug"), st.integers(1, 2), st.integers(1, 50)),
    st.builds(FreeShipping, st.none() | st.integers(1, 60)),
    st.builds(UnitPrice, st.integers(0, 400)),
    st.builds(UnitPercent, st.integers(1, 9_000)),
)
scopes = st.builds(
    Scope,
    products=st.frozensets(st.sampled_from(["P0", "P1"]), max_size=1),
    tags=st.frozensets(st.sampled_from(TAGS), max_size=1),
    without_tags=st.frozensets(st.sampled_from(TAGS), max_size=1),
)


@st.composite
def offers(draw, name: str) -> Offer:
    benefit = draw(benefits)
    is_tag = isinstance(benefit, UnitPrice | UnitPercent)
    return Offer(
        id=name,
        benefit=benefit,
        currency="CNY",
        scope=draw(scopes),
        is_coupon=not is_tag and draw(st.booleans()),
        threshold_minor=0 if is_tag else draw(st.sampled_from([0, 0, 300, 700, 1_200])),
        least_units=draw(st.sampled_from([0, 0, 2])),
        stage=draw(st.integers(4, 6)),
        counts=draw(st.sampled_from(["left", "left", "list"])),
        group=draw(st.sampled_from(["", "promotion", "coupon"])),
        once_per=draw(st.sampled_from(["line", "cart"])),
        family=draw(st.sampled_from(["", "", "same"])),
        alone=draw(st.sampled_from(["no", "no", "no", "lines", "cart"])),
    )


@st.composite
def carts(draw) -> Cart:
    lines = []
    for number in range(draw(st.integers(0, 4))):
        quantity, price = draw(st.integers(1, 3)), draw(st.integers(0, 500))
        share = draw(st.sampled_from([0, 0, 5, 10]))
        tags = draw(st.frozensets(st.sampled_from(TAGS), max_size=2))
        lines.append(
            CartLine(str(number), f"P{number}", quantity, price, tags, quantity * price * share // 10)
        )
    return Cart(tuple(lines), "CNY", NOW, draw(st.integers(0, 80)))


asked = st.integers(0, 6).flatmap(lambda count: st.tuples(*(offers(f"o{number}") for number in range(count))))


@settings(max_examples=120, deadline=None)
@given(carts(), asked, st.randoms(use_true_random=False))
def test_the_search_finds_what_the_slow_way_finds(cart, given_offers, random):
    price = price_cart(cart, given_offers)
    assert price.is_proven
    key = plain_price(cart, list(given_offers))
    assert price.total_minor == key[0]
    gifts = sum(used.gift.quantity * used.gift.worth_minor for used in price.used if used.gift)
    assert gifts == -key[1]
    chosen = {
        one.id
        for one in given_offers
        if one.alone != "no" or not isinstance(one.benefit, UnitPrice | UnitPercent)
    }
    assert tuple(sorted(used.id for used in price.used if used.id in chosen)) == key[4]
    # what it comes to adds up, and stays within its bounds
    assert price.list_minor == sum(one.list_minor for one in cart.lines)
    assert price.goods_minor == sum(one.paid_minor for one in price.lines)
    assert 0 <= price.shipping_minor <= cart.shipping_minor
    for asked_line, priced in zip(cart.lines, price.lines, strict=True):
        assert asked_line.floor_minor <= priced.paid_minor <= priced.list_minor
        assert priced.list_minor - priced.paid_minor == sum(part for _name, part in priced.off_by)
    for used in price.used:
        parts = [part for one in price.lines for name, part in one.off_by if name == used.id]
        assert sum(parts) == used.off_minor
        assert used.off_minor or used.off_shipping_minor or used.gift
    assert {one.id for one in price.used} | {one.id for one in price.unused} == {
        one.id for one in given_offers
    }
    # the order of lines and offers does not matter
    shuffled, mixed = list(cart.lines), list(given_offers)
    random.shuffle(shuffled)
    random.shuffle(mixed)
    again = price_cart(replace(cart, lines=tuple(shuffled)), mixed)
    assert {one.id: one for one in again.lines} == {one.id: one for one in price.lines}
    assert (again.used, again.unused) == (price.used, price.unused)


@settings(max_examples=60, deadline=None)
@given(carts(), asked, offers("o9"))
def test_one_more_offer_that_may_be_declined_never_costs_more(cart, given_offers, more):
    if isinstance(more.benefit, UnitPrice | UnitPercent) and more.alone == "no":
        return  # a price tag is not declined, and may keep a cart below a threshold
    assert price_cart(cart, [*given_offers, more]).total_minor <= price_cart(cart, given_offers).total_minor


@settings(max_examples=60, deadline=None)
@given(carts(), asked, st.integers(1, 500))
def test_a_line_that_no_offer_covers_costs_its_list_price(cart, given_offers, cost):
    strange = CartLine("zz", "strange", 1, cost, frozenset({"strange"}))
    aside = [
        replace(one, scope=replace(one.scope, without_tags=one.scope.without_tags | {"strange"}))
        for one in given_offers
    ]
    with_it = price_cart(replace(cart, lines=(*cart.lines, strange)), aside)
    assert with_it.total_minor == price_cart(cart, aside).total_minor + cost


@given(st.integers(0, 10**9), st.lists(st.integers(1, 9), min_size=1, max_size=8))
def test_what_comes_back_in_steps_adds_up_to_what_was_paid(paid, steps):
    quantity, back, returned = sum(steps), 0, 0
    for step in steps:
        value = refund_value(paid, quantity, returned, step)
        assert abs(value - Fraction(paid * step, quantity)) < 1
        back, returned = back + value, returned + step
    assert back == paid
    with pytest.raises(ValueError, match="bought"):
        refund_value(paid, quantity, 0, quantity + 1)


def test_steps_thresholds_and_coupons_in_turn():
    cart = cart_of(line("a", 20_000, 1, "shoes"), line("b", 3_000, 4, "socks"), shipping=1_200)
    asked_offers = [
        offer("price", UnitPrice(2_500), scope=Scope(tags=frozenset({"socks"}))),
        offer("steps", StepsOff(((20_000, 2_000), (30_000, 5_000))), group="promotion"),
        offer(
            "ten",
            PercentOff(1_000),
            threshold_minor=20_000,
            stage=7,
            group="coupon",
            once_per="cart",
            is_coupon=True,
        ),
        offer("twenty", AmountOff(2_000), stage=7, group="coupon", once_per="cart", is_coupon=True),
        offer("post", FreeShipping(1_000), threshold_minor=9_900, stage=9, is_coupon=True),
        offer("over", AmountOff(1), ends_at=NOW),
        offer("gold", AmountOff(1), tiers=frozenset({"gold"})),
        offer("high", AmountOff(9_000), threshold_minor=50_000),
    ]
    price = price_cart(cart, asked_offers)
    # 200.00 + 4 × 25.00 = 300.00 → 满300减50 → 250.00 → 10 % off 25.00 beats 20.00 off
    assert (price.goods_minor, price.shipping_minor) == (22_500, 200)
    assert [used.id for used in price.used] == ["post", "price", "steps", "ten"]
    why = {one.id: (one.reason, one.missing_minor, one.because_of) for one in price.unused}
    assert why == {
        "gold": ("other_tier", 0, ()),
        "high": ("below_threshold", 20_000, ()),  # its turn comes before “steps”
        "over": ("over", 0, ()),
        "twenty": ("excluded", 0, ("ten",)),
    }


def test_an_offer_that_keeps_its_lines_to_itself_is_weighed_against_all_others():
    cart = cart_of(line("a", 10_000), line("b", 10_000))
    own = offer("own", UnitPrice(8_000), scope=Scope(products=frozenset({"Pa"})), alone="lines")
    half = offer("half", PercentOff(5_000), is_coupon=True)
    assert price_cart(cart, [own, half]).total_minor == 10_000  # half of both, rather than 8,000 + 5,000
    tenth = replace(half, benefit=PercentOff(1_000))
    price = price_cart(cart, [own, tenth])
    assert price.total_minor == 8_000 + 9_000
    nothing_else = offer("nothing_else", AmountOff(2_500), alone="cart")
    price = price_cart(cart, [own, replace(tenth, benefit=PercentOff(100)), nothing_else])
    assert (price.total_minor, [one.id for one in price.used]) == (17_500, ["nothing_else"])
    assert {one.reason for one in price.unused} == {"excluded"}


def test_buy_two_get_one_counts_the_dearest_groups_and_spreads_over_what_takes_part():
    cart = cart_of(line("a", 900), line("b", 600, 2), line("c", 300))
    price = price_cart(cart, [offer("two", BuyGet(2, 1))])
    assert price.goods_minor == 2_400 - 600
    assert dict(price.lines[2].off_by) == {}
    assert sum(one.paid_minor for one in price.lines[:2]) == 2_100 - 600


def test_a_floor_holds_against_everything_together():
    cart = cart_of(line("a", 1_000, floor=700), line("b", 1_000))
    price = price_cart(cart, [offer("half", PercentOff(5_000)), offer("much", AmountOff(5_000), stage=6)])
    assert [one.paid_minor for one in price.lines] == [700, 0]


@pytest.mark.parametrize(
    "benefit",
    [
        AmountOff(0),
        PercentOff(10_001),
        StepsOff(((300, 30), (200, 40))),
        EveryOff(100, 200),
        UnitPrice(-1),
        Bundle(0, 1),
        BuyGet(0, 1),
        Gift("", 1, 1),
        FreeShipping(0),
    ],
)
def test_offers_that_make_no_sense_are_refused(benefit):
    with pytest.raises(ValueError, match=r"."):
        offer("x", benefit)


def test_a_cart_that_makes_no_sense_is_refused():
    with pytest.raises(ValueError, match="one unit"):
        line("a", 100, -1)
    with pytest.raises(ValueError, match="different ids"):
        cart_of(line("a", 1), line("a", 2))


def thirty_offers() -> list[Offer]:
    return [
        *(
            offer(f"tag{n}", UnitPercent(500 + 100 * n), scope=Scope(tags=frozenset({f"c{n % 5}"})))
            for n in range(8)
        ),
        *(
            offer(
                f"promo{n}",
                StepsOff(((10_000 + 2_000 * n, 1_000 + 150 * n), (40_000, 6_000))),
                scope=Scope(tags=frozenset({f"c{n % 5}" if n % 2 else f"b{n % 3}"})),
                group="promotion",
            )
            for n in range(12)
        ),
        *(
            offer(
                f"coupon{n}",
                PercentOff(500 + 90 * n, 4_000) if n % 2 else AmountOff(1_500 + 200 * n),
                threshold_minor=15_000 * n,
                group="coupon",
                once_per="cart",
                is_coupon=True,
                stage=7,
            )
            for n in range(8)
        ),
        offer("post", FreeShipping(), threshold_minor=9_900, stage=9),
        offer("mug", Gift("mug", 1, 1_900), threshold_minor=29_900),
    ]


def test_a_full_cart_with_thirty_offers_is_proven():
    lines = [line(str(n), 1_990 + 370 * n, 1 + n % 3, f"c{n % 5}", f"b{n % 3}") for n in range(20)]
    many = thirty_offers()
    price = price_cart(cart_of(*lines, shipping=1_500), many)
    assert len(many) == 30
    assert price.is_proven
    assert price.steps < 3_000
    assert price.total_minor < price.list_minor
    assert (
        price_cart(replace(cart_of(*lines), now=NOW + timedelta(days=1)), many, most_steps=5).is_proven
        is False
    )
