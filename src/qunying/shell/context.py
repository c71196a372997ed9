"""What every page of console and member web knows: the brand, its zone and currency."""

from typing import Any

from django.http import HttpRequest

from qunying.accounts.queries.get_brand import get_brand


def brand(request: HttpRequest) -> dict[str, Any]:
    """Return the brand for templates."""
    if not hasattr(request, "brand"):
        request.brand = get_brand()  # type: ignore[attr-defined]
    ours = request.brand  # type: ignore[attr-defined]
    return {"brand": ours, "zone": ours.zone, "currency": ours.currency}
