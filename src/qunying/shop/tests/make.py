"""Orders and refunds for tests, as a file would have left them."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

from qunying.shop.models import Order, OrderLine, Product, Refund, RefundLine

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)


def make_order(
    member_id: UUID | None,
    *,
    number: str = "",
    lines: Sequence[tuple[str, int, int]] = (("A", 1, 1_000),),
    placed_at: datetime = NOW,
    currency: str = "CNY",
) -> Order:
    """Return an order; a line is its stock code, the pieces, and the price of one in minor units."""
    order = Order.objects.create(
        source="shop",
        number=number or str(uuid4()),
        member_id=member_id,
        placed_at=placed_at,
        currency=currency,
        total_minor=sum(pieces * price for _code, pieces, price in lines),
        units=sum(pieces for _code, pieces, _price in lines),
    )
    for place, (code, pieces, price) in enumerate(lines):
        product, _new = Product.objects.get_or_create(
            code=code, defaults={"first_sold_at": placed_at, "last_sold_at": placed_at}
        )
        OrderLine.objects.create(
            order=order,
            product=product,
            quantity=pieces,
            unit_price_minor=price,
            amount_minor=pieces * price,
            content_key=uuid4(),
            occurrence=place,
        )
    return order


def make_refund(line: OrderLine, *, quantity: int, refunded_at: datetime = NOW) -> Refund:
    """Return a refund of some pieces of an order line."""
    amount = quantity * line.unit_price_minor
    refund = Refund.objects.create(
        source="shop",
        number=str(uuid4()),
        member_id=line.order.member_id,
        refunded_at=refunded_at,
        currency=line.order.currency,
        total_minor=amount,
        units=quantity,
    )
    RefundLine.objects.create(
        refund=refund,
        order_line=line,
        product=line.product,
        quantity=quantity,
        unit_price_minor=line.unit_price_minor,
        amount_minor=amount,
        content_key=uuid4(),
        occurrence=1,
    )
    return refund
