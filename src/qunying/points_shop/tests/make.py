"""Items of the points shop for tests, made through the actions that everybody uses."""

from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.kernel.ids import new_id
from qunying.ledger.tests.make import NOW, give_points, run
from qunying.members.tests.make import make_member
from qunying.points_shop.actions.buy_item import ItemBought, buy_item
from qunying.points_shop.actions.open_item import open_item
from qunying.points_shop.actions.write_item import write_item
from qunying.points_shop.drafting import ItemWords
from qunying.points_shop.models import Item


def item_words(**changes: Any) -> ItemWords:
    """Return the words of a cup for a hundred points, of which there are five."""
    return ItemWords(**{"kind": "goods", "title": "Tea cup", "price_points": 100, "stock": 5, **changes})


def make_item(*, now: datetime = NOW, opened: bool = True, **changes: Any) -> Item:
    """Return an item, on offer unless told otherwise."""
    item_id = run(write_item, now=now, words=item_words(**changes))
    if opened:
        run(open_item, now=now, item_id=item_id)
    return Item.objects.get(pk=item_id)


def make_buyer(points: int = 1_000, *, now: datetime = NOW) -> UUID:
    """Return the id of a member with points."""
    member = make_member(now=now)
    give_points(member.id, points, now=now)
    return UUID(str(member.id))


def buy(item: Item, member_id: UUID, quantity: int = 1, *, now: datetime = NOW, **rest: Any) -> ItemBought:
    """Buy at the present price."""
    typed: dict[str, Any] = {"price_points": item.price_points, "command_id": str(new_id()), **rest}
    bought: ItemBought = run(
        buy_item, now=now, item_id=item.id, member_id=member_id, quantity=quantity, **typed
    )
    return bought
