"""What was really paid, where the amounts of orders come before our own discounts: these are taken off, line by line.

Ours are the price that an order of our checkout was promised (offers, coupons, points) and coupons that were redeemed for an order by
themselves. Which amounts orders come with is the brand's choice (*checkout policy*), in the version that held when the order was paid.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, Sum

from qunying.engines.earning import Step
from qunying.members.queries.resolve_members import present_ids
from qunying.rewards.earning.occasions import Happening
from qunying.rewards.earning.terms import LINE_PAID, ORDER_PAID, plain, terms_of
from qunying.rewards.models import CheckoutPolicy, Coupon, Earning, OrderOffer, OrderPrice
from qunying.shop.queries.list_orders import name_orders, sum_lines


@dataclass(frozen=True)
class _Discount:
    """What came off an order: ``off`` of a whole that came to ``full``, of everything and of each product.

    shipping: what came off shipping besides. until: an order that is only reserved counts when it was paid before.
    """

    member_id: UUID | None
    whole: tuple[int, int]
    products: dict[str, tuple[int, int]]
    shipping: int = 0
    until: datetime | None = None

    def of(self, happening: Happening) -> int:
        """Return what came off an order or one of its lines."""
        amount = happening.amount_minor or 0
        if self.until is not None and happening.occurred_at >= self.until:
            return 0
        if happening.event == ORDER_PAID:
            full, off = self.whole
            return off + (self.shipping if amount > full else 0)
        full, off = self.products.get(happening.product, (0, 0)) if self.products else self.whole
        return min(off, amount * off // full) if full else 0


def less_our_discounts(happenings: Sequence[Happening]) -> list[Happening]:
    """Return what happened with what was really paid; what it came to before is kept beside it."""
    versions = list(CheckoutPolicy.objects.order_by("number").values_list("since", "order_amounts"))
    before = CheckoutPolicy.OrderAmounts.BEFORE
    if all(amounts != before for _since, amounts in versions):
        return list(happenings)
    begins = [since for since, _amounts in versions]

    def comes_before(happening: Happening) -> bool:
        place = bisect_right(begins, happening.occurred_at)
        return (
            happening.event in {LINE_PAID, ORDER_PAID}
            and bool(happening.amount_minor)
            and place > 0
            and versions[place - 1][1] == before
        )

    orders = {each.order_id for each in happenings if each.order_id is not None and comes_before(each)}
    found = _discounts(orders)
    concerned = {each.member_id for each in happenings if each.order_id in found}
    concerned |= {one.member_id for some in found.values() for one in some if one.member_id is not None}
    present = present_ids(concerned)
    return [
        _less(each, found[each.order_id], present) if each.order_id in found and comes_before(each) else each
        for each in happenings
    ]


def lower_terms(order_ids: Collection[UUID]) -> int:
    """Let earnings be for what was really paid where more is known of that now, and return how many changed.

    What they keep by it is for the caller to settle, who holds the locks of the orders.
    """
    earnings = Earning.objects.filter(order_id__in=order_ids, rule__event__in=[LINE_PAID, ORDER_PAID])
    by_amount = [
        (earning, terms)
        for earning in earnings.select_related("rule")
        if (terms := terms_of(earning.terms)).basis != "quantity"
    ]
    told = [
        Happening(
            event_id=earning.event_id,
            event=earning.rule.event,
            member_id=earning.member_id,
            occurred_at=earning.occurred_at,
            order_id=earning.order_id,
            product=earning.product,
            amount_minor=terms.whole,
        )
        for earning, terms in by_amount
    ]
    changed = []
    for (earning, terms), less in zip(by_amount, less_our_discounts(told), strict=True):
        value = less.amount_minor or 0
        if value < terms.value:
            earning.terms = plain(replace(terms, value=value, full=terms.whole))
            step = Step("discounts", {"full": terms.whole, "off": terms.whole - value})
            earning.steps = [*earning.steps, plain(step)]
            changed.append(earning)
    Earning.objects.bulk_update(changed, ["terms", "steps"])
    return len(changed)


def _less(happening: Happening, discounts: Iterable[_Discount], present: Mapping[UUID, UUID]) -> Happening:
    """Take off what was promised to the member, whoever they were then, or to nobody in particular."""
    full = happening.amount_minor or 0
    owner = present[happening.member_id]
    off = sum(
        each.of(happening) for each in discounts if each.member_id is None or present[each.member_id] == owner
    )
    return replace(happening, amount_minor=max(0, full - off), full_minor=full) if off else happening


def _discounts(order_ids: Collection[UUID]) -> dict[UUID | None, list[_Discount]]:
    """Return what came off orders, by their id; they are known by id or by number."""
    if not order_ids:
        return {}
    ids = {number: order_id for order_id, number in name_orders(order_ids).items()}
    ours = Q(order_id__in=order_ids) | Q(order_number__in=ids, order_id=None)
    found: dict[UUID | None, list[_Discount]] = defaultdict(list)
    states = OrderPrice.State
    prices = OrderPrice.objects.filter(ours, state__in=[states.RESERVED, states.REDEEMED, states.REFUNDED])
    with_shipping = prices.annotate(off_shipping=Sum("offers__off_shipping_minor"))
    for price in with_shipping.prefetch_related("lines"):
        found[price.order_id or ids[price.order_number]].append(_of_price(price, price.off_shipping or 0))
    priced = OrderOffer.objects.filter(order_price__in=prices).exclude(coupon=None).values("coupon_id")
    coupons = Coupon.objects.filter(ours, state__in=[Coupon.State.RESERVED, Coupon.State.REDEEMED])
    sums = sum_lines(order_ids)
    for coupon in coupons.exclude(pk__in=priced):
        reserved = coupon.reserved_until if coupon.state == Coupon.State.RESERVED else None
        key = coupon.order_id or ids[coupon.order_number or ""]
        # What it counted for may be a part of the order; which lines those were is not known, so it comes off all of them.
        whole = (max(coupon.order_total_minor or 0, sums.get(key, 0)), coupon.discount_minor or 0)
        found[key].append(_Discount(coupon.member_id, whole, {}, until=reserved))
    return found


def _of_price(price: OrderPrice, off_shipping: int) -> _Discount:
    products: dict[str, tuple[int, int]] = {}
    for line in price.lines.all():
        full, off = products.get(line.product, (0, 0))
        products[line.product] = full + line.list_minor, off + line.list_minor - line.paid_minor
    return _Discount(
        price.member_id,
        (price.list_minor, price.list_minor - price.goods_minor),
        products,
        off_shipping,
        price.reserved_until if price.state == OrderPrice.State.RESERVED else None,
    )
