"""``qunying rewards order``: prices of orders from the machine's own shell."""

from dataclasses import asdict
from typing import Annotated

import typer

from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.cancel_order import cancel_order
from qunying.rewards.actions.redeem_order import redeem_order
from qunying.rewards.actions.refund_order import ReturnedLine, refund_order
from qunying.rewards.actions.release_order import release_order
from qunying.rewards.actions.reserve_order import reserve_order
from qunying.rewards.doors.checkout_shapes import OrderPriceOut, ReserveOrderIn
from qunying.rewards.doors.pricing_cli import Json, Written, read_body
from qunying.rewards.pricing.orders import RefundWrong
from qunying.rewards.queries.list_order_prices import list_order_prices

app = typer.Typer(no_args_is_help=True, help="Prices that orders reserve, pay and get back.")
Reason = Annotated[str, typer.Option(help="Why, without anybody's phone number or address.")]


@app.command()
def show(order_number: str, json: Json = False) -> None:
    """Show the price of an order with its lines and offers."""
    found = list_order_prices(order_number=order_number)
    answer({"orders": [OrderPriceOut.from_orm(row).dict() for row in found]}, json=json)


@app.command()
def reserve(order: Written, json: Json = False) -> None:
    """Keep the price of a quote for an order for fifteen minutes."""
    body = read_body(ReserveOrderIn, order)
    reserved = reserve_order(
        **act_of_owner(),
        order_number=body.order_number,
        asked=body.asked(),
        quote_hash=body.quote_hash,
        member_id=body.member_id,
        codes=body.codes,
        points=body.points,
    )
    answer(asdict(reserved), json=json)


@app.command()
def redeem(order_number: str, json: Json = False) -> None:
    """The order is paid: all its coupons are used and its points spent, or none."""
    answer(asdict(redeem_order(**act_of_owner(), order_number=order_number)), json=json)


@app.command()
def release(order_number: str, json: Json = False) -> None:
    """The order will not be paid: its coupons and points are free again."""
    release_order(**act_of_owner(), order_number=order_number)
    answer({"order_number": order_number, "state": "released"}, json=json)


@app.command()
def refund(
    order_number: str,
    line: Annotated[list[str] | None, typer.Option(help="LINE=UNITS; may be repeated.")] = None,
    shipping: Annotated[bool, typer.Option("--shipping", help="Shipping comes back, too.")] = False,
    gift: Annotated[list[str] | None, typer.Option(help="The gift of this OFFER comes back, too.")] = None,
    reason: Reason = "returned",
    json: Json = False,
) -> None:
    """Parts of the order come back."""
    lines = []
    for text in line or []:
        name, _equals, units = text.rpartition("=")
        if not name or not units.isdecimal():
            raise RefundWrong(field="line", reason=text)
        lines.append(ReturnedLine(line_id=name, quantity=int(units)))
    refunded = refund_order(
        **act_of_owner(),
        order_number=order_number,
        lines=lines,
        with_shipping=shipping,
        gifts=gift,
        reason=reason,
    )
    answer(asdict(refunded), json=json)


@app.command()
def cancel(order_number: str, reason: Reason = "cancelled", json: Json = False) -> None:
    """Everything that has not come back yet comes back, shipping included."""
    answer(asdict(cancel_order(**act_of_owner(), order_number=order_number, reason=reason)), json=json)
