"""Whether a member bought a product."""

from uuid import UUID

from qunying.members.queries.get_member import list_own_ids
from qunying.shop.models import OrderLine, Product


def find_bought_product(member_id: UUID, code: str) -> tuple[Product | None, bool]:
    """Return the product of a stock code, or None, and whether the member has an order with it."""
    product = Product.objects.filter(code=code.strip()).first() if code.strip() else None
    if product is None:
        return None, False
    lines = OrderLine.objects.filter(product=product, order__member_id__in=list_own_ids(member_id))
    return product, lines.exists()
