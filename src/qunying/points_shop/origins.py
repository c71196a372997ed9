"""What the points shop took points for, or gave them back for, so that a statement leads to the purchase."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Q

from qunying.points_shop.models import Purchase
from qunying.rewards.origins import Source, register_origins


def _find(member_ids: Collection[UUID], ids: Collection[UUID]) -> Mapping[UUID, Source]:
    """Return the purchases that were paid, or given back, by these transactions."""
    rows = Purchase.objects.filter(Q(spend_id__in=ids) | Q(refund_id__in=ids), member_id__in=member_ids)
    found: dict[UUID, Source] = {}
    for row in rows.select_related("item"):
        source = Source(row.item.title, "points_shop.purchase", row.id, "points_shop.my_purchases")
        found |= {key: source for key in (row.spend_id, row.refund_id) if key}
    return found


def register() -> None:
    """Let statements ask the points shop."""
    register_origins(_find)
