"""Finding and locking items and purchases, and the problems of their life."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.points_shop.models import Item, Purchase

SOURCE = "points_shop"


class UnknownItem(Problem):
    """There is no such item, or it is not to be seen."""

    code = "unknown_item"
    kind = Kind.NOT_FOUND
    message = _("There is no such item in the points shop.")


class ItemState(Problem):
    """The item is not in the state that the step needs."""

    code = "item_state"
    kind = Kind.CONFLICT
    message = _("“{title}” is “{state}”: that cannot be done now.")


class UnknownPurchase(Problem):
    """There is no such purchase, or it is somebody else's."""

    code = "unknown_purchase"
    kind = Kind.NOT_FOUND
    message = _("There is no such purchase.")


def find_item(item_id: UUID) -> Item:
    """Return an item.

    Raises:
        UnknownItem: when there is none.
    """
    item = Item.objects.select_related("activity").filter(pk=item_id).first()
    if item is None:
        raise UnknownItem
    return item


def lock_item(item_id: UUID, *states: Item.State) -> Item:
    """Return an item in one of the states, held until the transaction ends.

    Raises:
        UnknownItem, ItemState.
    """
    item = Item.objects.select_for_update(of=("self",)).filter(pk=item_id).first()
    if item is None:
        raise UnknownItem
    if item.state not in states:
        raise ItemState(title=item.title, state=str(item.get_state_display()))
    return item


def lock_purchase(purchase_id: UUID, **owner: Any) -> Purchase:
    """Return a purchase, held until the transaction ends.

    Raises:
        UnknownPurchase: also for one of somebody else.
    """
    locked = Purchase.objects.select_for_update(of=("self",)).select_related("item")
    found = locked.filter(pk=purchase_id, **owner).first()
    if found is None:
        raise UnknownPurchase
    return found
