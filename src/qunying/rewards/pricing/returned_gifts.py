"""Gifts of an order: which come back with a return, which the member keeps, and whether they are due back."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import QuerySet

from qunying.rewards.models import OrderOffer, OrderPrice
from qunying.rewards.pricing.orders import RefundTooLarge, RefundWrong
from qunying.rewards.pricing.promotion_terms import promise_of


@dataclass(frozen=True)
class KeptGift:
    """A gift that has not come back: of which offer, what it is, what all units of it are worth.

    is_due: what the member keeps of the order comes to too little for it, so it should come back, or be paid for.
    """

    offer_id: str
    product: str
    quantity: int
    worth_minor: int
    is_due: bool


def check_gifts(order: OrderPrice, offer_ids: Collection[str]) -> None:
    """Refuse gifts that cannot come back.

    Raises:
        RefundWrong: the order has no gift of such an offer.
        RefundTooLarge: it has come back before.
    """
    known = {offer.key: offer.gift_returned for offer in _with_gifts(order)}
    for offer_id in offer_ids:
        if offer_id not in known:
            raise RefundWrong(field="gifts", reason=offer_id)
        if known[offer_id]:
            raise RefundTooLarge(line_id=offer_id, left=0)


def list_kept_gifts(order: OrderPrice) -> list[KeptGift]:
    """Return the gifts that have not come back. Whether one is due goes by the list price of all that the member keeps."""
    kept_minor = sum(
        line.list_minor * (line.quantity - line.returned_quantity) // line.quantity
        for line in order.lines.all()
    )
    return [
        KeptGift(
            offer.key,
            offer.gift_product,
            offer.gift_quantity,
            offer.gift_minor,
            kept_minor < max(1, _threshold_of(offer)),
        )
        for offer in _with_gifts(order).filter(gift_returned=False)
    ]


def _with_gifts(order: OrderPrice) -> QuerySet[OrderOffer]:
    found = order.offers.exclude(gift_product="").order_by("key")
    return found.select_related("promotion", "coupon__template")


def _threshold_of(offer: OrderOffer) -> int:
    if offer.promotion is not None:
        return promise_of(offer.promotion).threshold_minor or 0
    return (offer.coupon.template.threshold_minor if offer.coupon is not None else 0) or 0
