"""Orders and refunds, newest first."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet, Sum

from qunying.kernel.paging import Page, cut_page
from qunying.members.queries.get_member import list_own_ids
from qunying.shop.models import Order, OrderLine


def list_orders(
    member_id: UUID | None = None, *, search: str = "", cursor: str | None = None, size: int = 50
) -> Page[Order]:
    """Return a page of orders, newest first.

    Args:
        member_id: only this member's orders, also those from before a merge; None for everybody's.
        search: only the order of this number.
        cursor: ``next_cursor`` of the page before.
        size: orders on the page, 1 to 200.
    """
    orders: QuerySet[Order] = Order.objects.all()
    if member_id is not None:
        orders = orders.filter(member_id__in=list_own_ids(member_id))
    if search:
        orders = orders.filter(number=search)
    return cut_page(orders, order_by="-placed_at", cursor=cursor, size=size)


def count_orders(member_id: UUID) -> int:
    """Return how many orders a member has placed."""
    return Order.objects.filter(member_id__in=list_own_ids(member_id)).count()


def find_order_ids(number: str) -> list[UUID]:
    """Return the orders of this number, one for each source that has it."""
    return list(Order.objects.filter(number=number).values_list("id", flat=True)) if number else []


def name_orders(order_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the number of each order that there is."""
    return dict(Order.objects.filter(pk__in=order_ids).values_list("id", "number"))


def sum_lines(order_ids: Collection[UUID]) -> dict[UUID, int]:
    """Return what the lines of each order that there is come to, in minor units."""
    lines = OrderLine.objects.filter(order_id__in=order_ids).values("order_id")
    return dict(lines.annotate(total=Sum("amount_minor")).values_list("order_id", "total"))
