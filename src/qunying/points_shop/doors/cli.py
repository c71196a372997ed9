"""``qunying points_shop``: the points shop from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated
from uuid import UUID

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.points_shop.actions.buy_item import buy_item
from qunying.points_shop.actions.cancel_purchase import cancel_purchase
from qunying.points_shop.actions.close_item import close_item
from qunying.points_shop.actions.open_item import open_item
from qunying.points_shop.queries.list_items import get_item, list_items, list_purchases, stocks

app = typer.Typer(no_args_is_help=True, help="What members get for points.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
ITEM = ("id", "title", "kind", "state", "price_points")
PURCHASE = ("id", "item_id", "member_id", "quantity", "points", "state", "bought_at")


@app.command("list")
def listed(
    state: Annotated[str, typer.Option(help="draft, open or closed.")] = "", json: Json = False
) -> None:
    """List items, newest first, with what is left of each."""
    rows = list(list_items(state=state).order_by("-created_at")[:500])
    levels = stocks(rows)
    items = [
        {
            **{name: getattr(row, name) for name in ITEM},
            "stock": levels[row.id].total,
            "left": levels[row.id].left,
        }
        for row in rows
    ]
    answer({"items": items}, json=json)


@app.command("open")
def open_it(item_id: UUID, json: Json = False) -> None:
    """Put an item on offer."""
    open_item(**act_of_owner(), item_id=item_id)
    answer({"item_id": item_id, "state": "open"}, json=json)


@app.command()
def close(item_id: UUID, json: Json = False) -> None:
    """Take an item off."""
    close_item(**act_of_owner(), item_id=item_id)
    answer({"item_id": item_id, "state": "closed"}, json=json)


@app.command()
def buy(item_id: UUID, member_id: UUID, quantity: int = 1, json: Json = False) -> None:
    """Buy an item in the name of a member, at its present price."""
    price = get_item(item_id).price_points
    bought = buy_item(
        **act_of_owner(), item_id=item_id, member_id=member_id, price_points=price, quantity=quantity
    )
    answer(asdict(bought), json=json)


@app.command()
def cancel(purchase_id: UUID, reason: str, json: Json = False) -> None:
    """Undo a purchase: points and units go back."""
    answer(asdict(cancel_purchase(**act_of_owner(), purchase_id=purchase_id, reason=reason)), json=json)


@app.command()
def purchases(item_id: UUID | None = None, json: Json = False) -> None:
    """List what was bought, the latest first."""
    rows = list_purchases(item_id=item_id).order_by("-bought_at", "-id")[:500]
    answer({"purchases": [{name: getattr(row, name) for name in PURCHASE} for row in rows]}, json=json)
