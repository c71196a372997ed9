"""What a cart costs a member: the best price, and why. It changes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_offers import Cart
from qunying.engines.cart_pricing import price_cart
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member
from qunying.members.queries.get_profile import list_attributes
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.affording import Means, find_means
from qunying.rewards.pricing.carts import AskedCart, engine_cart
from qunying.rewards.pricing.paying_with_points import (
    AskedPoints,
    Payer,
    find_payer,
    pay_with_points,
    without_coupons,
)
from qunying.rewards.pricing.quoting import (
    KnownOffer,
    Quote,
    QuotedPoints,
    UnusedOffer,
    known_coupons,
    known_promotions,
    quote_of,
)

TIER = "tier"
TRIES_PER_MINUTE = 60
MOST_CODES = 20


class CodesNeedMember(Problem):
    """Codes belong to members."""

    code = "codes_need_member"
    kind = Kind.INVALID
    message = _("A code counts for a member: say whose cart it is.")


def quote_cart(
    *,
    asked: AskedCart,
    actor: Actor,
    now: datetime,
    member_id: UUID | None = None,
    codes: Sequence[str] = (),
    points: AskedPoints = None,
    order_number: str | None = None,
    draft: Promotion | None = None,
) -> Quote:
    """Return the best price of a cart: automatic offers, the coupons of the member, and then points of theirs.

    Args:
        asked: the cart.
        member_id: whose it is; without, only automatic offers for everybody count.
        codes: codes that they typed.
        points: how many of their points are to pay at most, "most" for as many as may, None for none. Where points do not go
            with coupons, points that are asked for and may be used leave the coupons unused.
        order_number: an order that may have reserved coupons and points of theirs already.
        draft: an automatic offer that is to count as if it ran, for a look ahead.

    Raises:
        CartWrong, MixedCurrencies, UnknownCurrency: the cart makes no sense.
        MemberNotFound: there is no such member.
        CodesNeedMember, CodeNotUsable: a code without a member; one that is no usable code of theirs.
        TooManyAttempts: sixty quotes with codes in a minute.
    """
    tier, member = "", get_living_member(member_id) if member_id is not None else None
    known, may_cost = known_promotions(
        now, draft, member_id=member.id if member else None, order_number=order_number
    )
    if member is not None:
        tier = next((one.value for one in list_attributes(member.id) if one.name == TIER), "")
        if codes:
            count_attempt(f"cart_codes:{actor.key}", now=now, limit=TRIES_PER_MINUTE)
        known += known_coupons(member.id, now, order_number, codes[:MOST_CODES])
    elif codes:
        raise CodesNeedMember
    cart = engine_cart(asked, tier=tier, now=now)
    whose = member.id if member else None
    payers = {one.offer.id: one.payer for one in known if one.payer is not None}
    means = find_means(may_cost, payers, cart.currency, whose, order_number)
    payer = find_payer(whose, cart.currency, now, order_number)
    return _paid(cart, known, means, payer, points)


def _paid(cart: Cart, known: list[KnownOffer], means: Means, payer: Payer, points: AskedPoints) -> Quote:
    """Return the best price, of which points pay what was asked for."""
    quote = _best(cart, known, means)
    if payer.obstacle or not payer.keeps_coupons or all(one.kind != "coupon" for one in quote.used):
        return pay_with_points(quote, cart, payer, points)
    if not points:
        return replace(quote, points=QuotedPoints(available=payer.available, reason="with_coupons"))
    plain = _best(cart, [one for one in known if one.kind != "coupon"], means)
    paid = pay_with_points(plain, cart, payer, points)
    if not paid.points.used:
        return replace(quote, points=paid.points)
    return without_coupons(paid, {o.offer.id: (o.key, o.name) for o in known if o.kind == "coupon"})


def _best(cart: Cart, known: list[KnownOffer], means: Means) -> Quote:
    """Return the best price that limits and budgets allow, with why offers were left out for these."""
    skipped = means.not_given()
    while True:
        usable = [one for one in known if one.offer.id not in skipped]
        price = price_cart(cart, [one.offer for one in usable])
        too_dear = means.too_dear(price.used)
        if not too_dear:
            break
        skipped |= too_dear
    quote = quote_of(price, usable, currency=cart.currency, tier=cart.tier)
    left_out = [
        UnusedOffer(one.offer.id, one.kind, one.key, one.name, skipped[one.offer.id], 0, [])
        for one in known
        if one.offer.id in skipped
    ]
    return replace(quote, unused=[*quote.unused, *left_out])
