"""What a member bought."""

from uuid import UUID

from qunying.members.queries.get_member import list_own_ids
from qunying.shop.models import OrderLine, Product


def list_bought_products(member_id: UUID, *, size: int = 50) -> list[Product]:
    """Return the products of a member's orders, by title."""
    lines = OrderLine.objects.filter(order__member_id__in=list_own_ids(member_id))
    bought = Product.objects.filter(pk__in=lines.values("product_id"))
    return list(bought.order_by("title", "pk")[:size])
