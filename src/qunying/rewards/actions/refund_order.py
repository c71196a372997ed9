"""Take parts of a paid order back."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.engines.coupon_value import refund_value
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import OrderPrice
from qunying.rewards.pricing.order_points import give_points_back
from qunying.rewards.pricing.orders import RefundTooLarge, RefundWrong, lock_order, refuse_order
from qunying.rewards.pricing.refunding import Returning, give_back
from qunying.rewards.pricing.returned_gifts import KeptGift, check_gifts, list_kept_gifts


@dataclass(frozen=True, kw_only=True)
class ReturnedLine:
    """So many units of a line come back."""

    line_id: str
    quantity: int


@dataclass(frozen=True)
class OrderRefunded:
    """What was paid in money for what comes back, by line and for shipping; which coupons and how many points the member has
    again; the gifts that have not come back, for the shop to ask for or to charge.
    """

    order_number: str
    amount_minor: int
    by_line: dict[str, int]
    shipping_minor: int
    currency: str
    refunded_minor: int
    is_whole: bool
    coupon_ids: list[UUID]
    points: int
    gifts_kept: list[KeptGift]


@action
def refund_order(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    order_number: str,
    lines: list[ReturnedLine],
    with_shipping: bool = False,
    gifts: list[str] | None = None,
    reason: str,
) -> OrderRefunded:
    """Say what was paid for units that come back, give the budgets their share of the discount and the member the points.

    Points go back to the lots that they came from, for each line in proportion to its units, the last units taking the rest; a
    lot that has ended comes back for seven days. With the last unit a coupon whose template says so comes back to the member, too,
    unless its gift stays. Of an order whose goods have all come back, shipping and gifts may still come.

    Args:
        gifts: offers (by their ids in the quote) whose gift comes back; its worth goes back to their budget.

    Raises:
        UnknownOrderPrice: no price was reserved.
        OrderNotReserved: it was not paid, or all its goods have come back.
        RefundWrong: nothing, or less than one unit, is to come back, or the order has no such line or gift.
        RefundTooLarge: more units than the line has left, or shipping or a gift a second time.
    """
    order, asked = lock_order(order_number), _asked(lines, is_more=with_shipping or bool(gifts))
    if order.state != OrderPrice.State.REDEEMED and (asked or order.state != OrderPrice.State.REFUNDED):
        raise refuse_order(order)
    check_gifts(order, gifts or ())
    if with_shipping and order.is_shipping_refunded:
        raise RefundTooLarge(line_id="shipping", left=0)
    coming = _return_lines(order, asked)
    shipping = order.shipping_minor if with_shipping else 0
    order.is_shipping_refunded = order.is_shipping_refunded or with_shipping
    order.refunded_minor += sum(coming.by_line.values()) + shipping
    if coming.is_whole and order.state == OrderPrice.State.REDEEMED:
        order.state, order.ended_at = OrderPrice.State.REFUNDED, now
    words: dict[str, Any] = {"command_id": command_id, "actor": actor, "now": now, "reason": reason}
    points = give_points_back(order, coming.points, **words)
    order.save()
    more: dict[str, Any] = {"with_shipping": with_shipping, "gifts": gifts or (), "is_whole": coming.is_whole}
    coupons = give_back(order, coming.returning, **more, **words)
    return OrderRefunded(
        order_number,
        sum(coming.by_line.values()) + shipping,
        coming.by_line,
        shipping,
        order.currency,
        order.refunded_minor,
        coming.is_whole,
        coupons,
        points,
        list_kept_gifts(order),
    )


@dataclass
class _Coming:
    """Units that come back: by line, what was paid for them in money and points; whether nothing of the order is left."""

    returning: list[Returning] = field(default_factory=list)
    by_line: dict[str, int] = field(default_factory=dict)
    points: int = 0
    is_whole: bool = False


def _return_lines(order: OrderPrice, asked: dict[str, int]) -> _Coming:
    """Count the units on their lines.

    Raises: RefundWrong, RefundTooLarge.
    """
    rows, coming = {line.line_id: line for line in order.lines.order_by("id")}, _Coming()
    for line_id, quantity in asked.items():
        line = rows.get(line_id)
        if line is None:
            raise RefundWrong(field="line_id", reason=line_id)
        if line.returned_quantity + quantity > line.quantity:
            raise RefundTooLarge(line_id=line_id, left=line.quantity - line.returned_quantity)
        coming.by_line[line_id] = refund_value(
            line.paid_minor, line.quantity, line.returned_quantity, quantity
        )
        coming.points += refund_value(line.points, line.quantity, line.returned_quantity, quantity)
        coming.returning.append(Returning(line.quantity, line.returned_quantity, quantity, line.off_by))
        line.returned_quantity += quantity
        line.save(update_fields=["returned_quantity"])
    coming.is_whole = all(line.returned_quantity == line.quantity for line in rows.values())
    return coming


def _asked(lines: list[ReturnedLine], *, is_more: bool) -> dict[str, int]:
    """Return the units by line; a line named twice counts for the sum. is_more: something else comes back, too."""
    asked: Counter[str] = Counter()
    for line in lines:
        if line.quantity < 1:
            raise RefundWrong(field="quantity", reason=str(line.quantity))
        asked[line.line_id] += line.quantity
    if not asked and not is_more:
        raise RefundWrong(field="lines", reason=str(_("nothing comes back")))
    return dict(asked)
