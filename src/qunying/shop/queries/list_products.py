"""Products by code."""

from django.db.models import Q

from qunying.kernel.paging import Page, cut_page
from qunying.shop.models import Product


def list_products(*, search: str = "", cursor: str | None = None, size: int = 50) -> Page[Product]:
    """Return a page of products ordered by code; ``search`` is part of a title or the beginning of a code."""
    products = Product.objects.all()
    if search:
        products = products.filter(Q(code__startswith=search) | Q(title__icontains=search))
    return cut_page(products, order_by="code", cursor=cursor, size=size)
