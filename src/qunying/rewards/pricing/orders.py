"""Orders that have a price: finding and locking one, the problems of their life, the rows of a quote."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.rewards.events import OFFER_UNDONE, OFFER_USED
from qunying.rewards.models import OrderOffer, OrderPrice, OrderPriceLine, Promotion
from qunying.rewards.pricing.carts import AskedCart
from qunying.rewards.pricing.quoting import Quote
from qunying.stream.record import NewEvent


class UnknownOrderPrice(Problem):
    """No price was reserved for the order."""

    code = "unknown_order_price"
    kind = Kind.NOT_FOUND
    message = _("No price was reserved for the order “{order_number}”.")


class OrderNotReserved(Problem):
    """The order is not in the state that the step needs."""

    code = "order_state"
    kind = Kind.CONFLICT
    message = _("The order “{order_number}” does not allow that now: {state}.")


class QuoteChanged(Problem):
    """The best price is not the one that was shown."""

    code = "quote_changed"
    kind = Kind.CONFLICT
    message = _("The price has changed: it is {total_minor} minor units now. Show it and reserve again.")


class RefundWrong(Problem):
    """What is to come back makes no sense."""

    code = "refund_wrong"
    kind = Kind.INVALID
    message = _("{field}: {reason}")


class RefundTooLarge(Problem):
    """More would come back than the order has left."""

    code = "refund_too_large"
    kind = Kind.CONFLICT
    message = _("Of the line “{line_id}” only {left} are left to come back.")


def lock_order(order_number: str) -> OrderPrice:
    """Return the price of an order, its row held until the transaction ends.

    Raises:
        UnknownOrderPrice: when there is none.
    """
    locked = OrderPrice.objects.select_for_update(of=("self",), no_key=True)
    order = locked.filter(order_number=order_number).first()
    if order is None:
        raise UnknownOrderPrice(order_number=order_number[:100])
    return order


def refuse_order(order: OrderPrice) -> OrderNotReserved:
    """Return the problem that says in which state the order is."""
    return OrderNotReserved(order_number=order.order_number, state=str(OrderPrice.State(order.state).label))


def write_quote(order: OrderPrice, asked: AskedCart, quote: Quote) -> list[OrderOffer]:
    """Replace the lines and offers of an order by those of a quote, and return the offers."""
    order.lines.all().delete()
    order.offers.all().delete()
    products = {line.id: line.product for line in asked.lines}
    OrderPriceLine.objects.bulk_create(
        OrderPriceLine(
            order_price=order,
            line_id=line.id,
            product=products[line.id],
            quantity=line.quantity,
            list_minor=line.list_minor,
            paid_minor=line.paid_minor,
            off_by=line.off_by,
            points=line.points,
        )
        for line in quote.lines
    )
    return OrderOffer.objects.bulk_create(
        OrderOffer(
            order_price=order,
            promotion_id=one.key if one.kind == "promotion" else None,
            coupon_id=one.key if one.kind == "coupon" else None,
            key=one.id,
            off_minor=one.off_minor,
            off_shipping_minor=one.off_shipping_minor,
            gift_product=one.gift_product,
            gift_quantity=one.gift_quantity,
            gift_worth_minor=one.gift_worth_minor,
        )
        for one in quote.used
    )


def offer_event(order: OrderPrice, promotion: Promotion, now: datetime, *, amount_minor: int) -> NewEvent:
    """Return the event of an automatic offer that an order used, or with a negative amount gave back."""
    return NewEvent(
        type=OFFER_USED if amount_minor >= 0 else OFFER_UNDONE,
        occurred_at=now,
        received_at=now,
        member_id=order.member_id,
        campaign_id=promotion.campaign_id,
        order_id=order.order_id,
        amount_minor=amount_minor,
        currency=order.currency,
        properties={"promotion_id": str(promotion.id), "order_number": order.order_number},
    )
