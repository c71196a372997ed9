"""What a cart costs a member: the best price, and why. It changes nothing."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_pricing import UsedOffer, price_cart
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_member
from qunying.members.queries.get_profile import list_attributes
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.carts import AskedCart, engine_cart
from qunying.rewards.pricing.quoting import Quote, known_coupons, known_promotions, quote_of

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
    order_number: str | None = None,
    draft: Promotion | None = None,
) -> Quote:
    """Return the best price of a cart: automatic offers, and the coupons of the member.

    Args:
        asked: the cart.
        member_id: whose it is; without, only automatic offers for everybody count.
        codes: codes that they typed.
        order_number: an order that may have reserved coupons of theirs already.
        draft: an automatic offer that is to count as if it ran, for a look ahead.

    Raises:
        CartWrong, MixedCurrencies, UnknownCurrency: the cart makes no sense.
        MemberNotFound: there is no such member.
        CodesNeedMember, CodeNotUsable: a code without a member; one that is no usable code of theirs.
        TooManyAttempts: sixty quotes with codes in a minute.
    """
    tier, member = "", get_member(member_id) if member_id is not None else None
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
    price = price_cart(cart, [one.offer for one in known])
    while too_dear := {one.id for one in price.used if one.id in may_cost and _cost(one) > may_cost[one.id]}:
        known = [one for one in known if one.offer.id not in too_dear]
        price = price_cart(cart, [one.offer for one in known])
    return quote_of(price, known, currency=cart.currency, tier=tier)


def _cost(used: UsedOffer) -> int:
    worth = used.gift.quantity * used.gift.worth_minor if used.gift else 0
    return used.off_minor + used.off_shipping_minor + worth
