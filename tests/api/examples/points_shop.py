"""Requests about the points shop."""

from typing import Any

from qunying.content.tests.make import picture_bytes
from qunying.kernel import clock
from qunying.points_shop.models import Item
from qunying.points_shop.tests.make import buy, make_buyer, make_item
from tests.api.examples import Example, example

CUP = {"kind": "goods", "title": "Tea cup", "price_points": 100, "stock": 5}


def _item(*, opened: bool = True) -> Item:
    return make_item(now=clock.now(), opened=opened)


def _path(item: Item) -> dict[str, Any]:
    return {"item_id": item.id}


def _bought() -> dict[str, Any]:
    now = clock.now()
    return {"purchase_id": buy(_item(), make_buyer(now=now), now=now).purchase_id}


@example("points_shop.list_items")
def list_items() -> Example:
    _item()
    return Example(query={"state": "open"})


@example("points_shop.write_item")
def write_item() -> Example:
    return Example(body=CUP, other={**CUP, "title": "Tea pot"})


@example("points_shop.get_item")
def get_item() -> Example:
    return Example(path=_path(_item()))


@example("points_shop.set_picture")
def set_picture() -> Example:
    return Example(path=_path(_item()), body={}, files={"file": ("cup.png", picture_bytes())})


@example("points_shop.open_item")
def open_item() -> Example:
    return Example(path=_path(_item(opened=False)))


@example("points_shop.close_item")
def close_item() -> Example:
    return Example(path=_path(_item()))


@example("points_shop.add_stock")
def add_stock() -> Example:
    return Example(
        path=_path(_item()),
        body={"units": 3, "reason": "more came"},
        other={"units": 4, "reason": "more came"},
    )


@example("points_shop.buy_item")
def buy_item() -> Example:
    body = {"member_id": str(make_buyer(now=clock.now())), "price_points": 100, "quantity": 1}
    return Example(path=_path(_item()), body=body, other={**body, "quantity": 2})


@example("points_shop.list_purchases")
def list_purchases() -> Example:
    _bought()
    return Example()


@example("points_shop.get_purchase")
def get_purchase() -> Example:
    return Example(path=_bought())


@example("points_shop.cancel_purchase")
def cancel_purchase() -> Example:
    return Example(path=_bought(), body={"reason": "a mistake"}, other={"reason": "another"})
