"""The shop as staff and members look at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from qunying.ledger.queries.list_pools import StockLevel, list_levels
from qunying.members.queries.get_member import list_own_ids
from qunying.points_shop.finding import UnknownItem, UnknownPurchase, find_item
from qunying.points_shop.models import Item, Purchase


@dataclass(frozen=True)
class ShownItem:
    """An item with what is left of it."""

    item: Item
    left: int
    is_coming: bool


def get_item(item_id: UUID) -> Item:
    """Return an item.

    Raises:
        UnknownItem: when there is none.
    """
    return find_item(item_id)


def get_shown(item_id: UUID) -> Item:
    """Return an item that members may see.

    Raises:
        UnknownItem: also for a draft.
    """
    item = find_item(item_id)
    if item.state == Item.State.DRAFT:
        raise UnknownItem
    return item


def list_items(*, state: str = "", kind: str = "") -> QuerySet[Item]:
    """Return items, of a state or kind."""
    found = Item.objects.all()
    if state:
        found = found.filter(state=state)
    return found.filter(kind=kind) if kind else found


def list_shop(now: datetime) -> list[ShownItem]:
    """Return what members see: what is on offer or coming, the cheapest first; what is gone comes last."""
    open_now = Item.objects.filter(Q(closes_at=None) | Q(closes_at__gt=now), state=Item.State.OPEN)
    items = list(open_now.order_by("price_points", "id")[:200])
    left = lefts(items)
    shown = [
        ShownItem(item, left[item.id], item.opens_at is not None and item.opens_at > now) for item in items
    ]
    return sorted(shown, key=lambda one: (one.left == 0, one.is_coming))


def levels_of(items: Collection[Item]) -> dict[UUID, StockLevel]:
    """Return the stock of each item that has one."""
    pools = {item.pool_id: item.id for item in items if item.pool_id}
    return {pools[pool_id]: level for pool_id, level in list_levels(pools).items()}


def stocks(items: Collection[Item]) -> dict[UUID, StockLevel]:
    """Return the stock of each item; of a draft what it will have."""
    levels = levels_of(items)
    return {item.id: levels.get(item.id) or StockLevel(item.stock, 0, 0) for item in items}


def lefts(items: Collection[Item]) -> dict[UUID, int]:
    """Return how many units of each item are left; of a draft its whole stock."""
    return {key: level.left for key, level in stocks(items).items()}


def list_purchases(
    *, item_id: UUID | None = None, member_id: UUID | None = None, state: str = ""
) -> QuerySet[Purchase]:
    """Return purchases: of an item, of a member under all of their ids, in a state."""
    found = Purchase.objects.select_related("item", "member")
    if item_id is not None:
        found = found.filter(item_id=item_id)
    if member_id is not None:
        found = found.filter(member_id__in=list_own_ids(member_id))
    return found.filter(state=state) if state else found


def get_purchase(purchase_id: UUID) -> Purchase:
    """Return a purchase.

    Raises:
        UnknownPurchase: when there is none.
    """
    found = list_purchases().filter(pk=purchase_id).first()
    if found is None:
        raise UnknownPurchase
    return found
