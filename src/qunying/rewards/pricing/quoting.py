"""Which offers a cart has to do with, and the answer in one piece."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.engines.cart_offers import Offer
from qunying.engines.cart_pricing import Price
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.rewards.codes import hash_code, read_code
from qunying.rewards.models import Coupon, Promotion
from qunying.rewards.pricing.coupon_offers import coupon_key, offer_of_coupon
from qunying.rewards.pricing.limits import left_of
from qunying.rewards.pricing.promotion_terms import offer_of

MOST_COUPONS = 500


class CodeNotUsable(Problem):
    """There is no such code, it was used, or it is another member's: which of them is not told."""

    code = "code_not_usable"
    kind = Kind.NOT_FOUND
    message = _("This code cannot be used here.")


@dataclass(frozen=True)
class KnownOffer:
    """An offer with its name: ``kind`` is "promotion" or "coupon", ``key`` the id of the row. payer: the campaign whose budget pays for
    an automatic offer.
    """

    offer: Offer
    kind: str
    key: UUID
    name: str
    payer: UUID | None = None


@dataclass(frozen=True)
class QuotedLine:
    """A line: what it costs by list, what is paid for it in money, and what each offer took off, by the offer's id.

    What points pay is among the latter as ``points``; the field of that name says how many these are.
    """

    id: str
    quantity: int
    list_minor: int
    paid_minor: int
    off_by: dict[str, int]
    points: int = 0


@dataclass(frozen=True)
class QuotedOffer:
    """An offer that is used: what it takes off goods and shipping, and the gift that it adds."""

    id: str
    kind: str
    key: UUID
    name: str
    off_minor: int
    off_shipping_minor: int
    gift_product: str
    gift_quantity: int
    gift_worth_minor: int


@dataclass(frozen=True)
class UnusedOffer:
    """An offer that is not used, and why; the reasons are those of ``engines.cart_pricing.UnusedOffer``, or ``used_up`` (less than
    it would cost is left of its limit), ``no_budget`` (of its campaign's budget), ``not_for_member``, ``points_instead``.
    """

    id: str
    kind: str
    key: UUID
    name: str
    reason: str
    missing_minor: int
    because_of: list[str]


@dataclass(frozen=True)
class QuotedPoints:
    """What points pay of a cart: at most, and of what was asked for; amounts in minor units.

    available: what the member may use. reason: why not more, those of ``engines.points_payment.Payment``, or ``no_policy``
    (points pay for nothing), ``no_member``, ``other_currency``, ``suspended``, ``with_coupons`` (points do not go with coupons;
    when they are asked for, the coupons stay unused). missing_minor: what the order lacks, when it is ``below_least``.
    """

    available: int = 0
    most: int = 0
    most_off_minor: int = 0
    used: int = 0
    off_minor: int = 0
    reason: str = "no_policy"
    missing_minor: int = 0


@dataclass(frozen=True)
class Quote:
    """The best price of a cart. ``quote_hash`` names it: a reservation says which price it means."""

    currency: str
    tier: str
    list_minor: int
    goods_minor: int
    shipping_minor: int
    total_minor: int
    lines: list[QuotedLine]
    used: list[QuotedOffer]
    unused: list[UnusedOffer]
    is_proven: bool
    points: QuotedPoints
    quote_hash: str


def known_promotions(
    now: datetime,
    also: Promotion | None = None,
    *,
    member_id: UUID | None = None,
    order_number: str | None = None,
) -> tuple[list[KnownOffer], dict[str, int]]:
    """Return the offers that run and are not used up, and perhaps a draft as if it did instead of its open version.

    With them, by the offer's id, what those may still cost that have a limit of cost.
    """
    running = Promotion.objects.filter(Q(ends_at=None) | Q(ends_at__gt=now), state=Promotion.State.OPEN)
    promotions = list(running.order_by("id"))
    if also is not None:
        promotions = [one for one in promotions if one.series != also.series] + [also]
    left = left_of(promotions, now, member_id, order_number)
    known = [
        KnownOffer(offer_of(one), "promotion", one.id, one.name, one.campaign_id)
        for one in promotions
        if one.id in left
    ]
    return known, {one.offer.id: cost for one in known if (cost := left[one.key]) is not None}


def known_coupons(
    member_id: UUID, now: datetime, order_number: str | None = None, codes: Sequence[str] = ()
) -> list[KnownOffer]:
    """Return the coupons that a member may use, of each template the one that ends first.

    Args:
        order_number: the order that may have reserved some of them.
        codes: codes of theirs that they typed; these coupons go before others of their templates.

    Raises:
        CodeNotUsable: a code is no coupon of theirs that can be used.
    """
    free = Q(state=Coupon.State.CLAIMED) | Q(state=Coupon.State.RESERVED, reserved_until__lte=now)
    if order_number is not None:
        free |= Q(state=Coupon.State.RESERVED, order_number=order_number)
    own = Coupon.objects.filter(free, member_id__in=list_own_ids(member_id), valid_until__gt=now)
    coupons = list(own.select_related("template").order_by("valid_until", "id")[:MOST_COUPONS])
    typed = set()
    for text in codes:
        code = read_code(text)
        found = (
            None if code is None else own.filter(code_hash=hash_code(code)).select_related("template").first()
        )
        if found is None:
            raise CodeNotUsable
        typed.add(found.id)
        coupons.append(found)
    coupons.sort(key=lambda one: (one.id not in typed, one.valid_from > now, one.valid_until, one.id))
    chosen: dict[UUID, Coupon] = {}
    for coupon in coupons:
        chosen.setdefault(coupon.template_id, coupon)
    return [
        KnownOffer(
            offer_of_coupon(one.template, coupon_key(one.id), one.valid_from, one.valid_until),
            "coupon",
            one.id,
            one.template.name,
        )
        for one in chosen.values()
    ]


def quote_of(price: Price, known: Sequence[KnownOffer], *, currency: str, tier: str) -> Quote:
    """Return the answer with the names of the offers."""
    by_id = {one.offer.id: one for one in known}
    lines = [
        QuotedLine(line.id, line.quantity, line.list_minor, line.paid_minor, dict(line.off_by))
        for line in price.lines
    ]
    used = []
    for one in price.used:
        gift = one.gift
        used.append(
            QuotedOffer(
                one.id,
                by_id[one.id].kind,
                by_id[one.id].key,
                by_id[one.id].name,
                one.off_minor,
                one.off_shipping_minor,
                gift.product if gift else "",
                gift.quantity if gift else 0,
                gift.worth_minor if gift else 0,
            )
        )
    unused = [
        UnusedOffer(
            one.id,
            by_id[one.id].kind,
            by_id[one.id].key,
            by_id[one.id].name,
            one.reason,
            one.missing_minor,
            list(one.because_of),
        )
        for one in price.unused
    ]
    return Quote(
        currency=currency,
        tier=tier,
        list_minor=price.list_minor,
        goods_minor=price.goods_minor,
        shipping_minor=price.shipping_minor,
        total_minor=price.total_minor,
        lines=lines,
        used=used,
        unused=unused,
        is_proven=price.is_proven,
        points=QuotedPoints(),
        quote_hash=hash_quote(currency, price.shipping_minor, lines, used),
    )


def offer_costs(quote: Quote) -> dict[UUID, int]:
    """Return what each automatic offer of a quote costs the brand."""
    return {
        one.key: one.off_minor + one.off_shipping_minor + one.gift_quantity * one.gift_worth_minor
        for one in quote.used
        if one.kind == "promotion"
    }


def hash_quote(
    currency: str, shipping_minor: int, lines: Sequence[QuotedLine], used: Sequence[QuotedOffer]
) -> str:
    """Return a name for what is paid for what by which offers and points; why others are not used is no part of it."""
    said = [
        currency,
        shipping_minor,
        sorted((asdict(line) for line in lines), key=lambda line: str(line["id"])),
        [{**asdict(one), "key": str(one.key)} for one in used],
    ]
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
