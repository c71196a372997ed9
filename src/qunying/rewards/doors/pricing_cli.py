"""``qunying rewards pricing``: automatic offers and prices of carts from the machine's own shell."""

import json as json_module
from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from pydantic import BaseModel, ValidationError

from qunying.kernel import actors, clock
from qunying.kernel.terminal import act_of_owner, answer
from qunying.rewards.actions.close_promotion import close_promotion
from qunying.rewards.actions.create_promotion import create_promotion
from qunying.rewards.actions.open_promotion import open_promotion
from qunying.rewards.actions.renew_promotion import renew_promotion
from qunying.rewards.actions.set_price_floor import set_price_floor
from qunying.rewards.actions.state_checkout_policy import state_checkout_policy
from qunying.rewards.doors.checkout_policy_api import CheckoutPolicyIn, CheckoutPolicyOut
from qunying.rewards.doors.pricing_shapes import CartIn, PromotionIn
from qunying.rewards.pricing.carts import CartWrong
from qunying.rewards.queries.list_checkout_policies import list_checkout_policies
from qunying.rewards.queries.list_promotions import list_price_floors, list_promotions
from qunying.rewards.queries.quote_cart import quote_cart

app = typer.Typer(no_args_is_help=True, help="Automatic offers, and what carts cost.")
Json = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
Written = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="JSON as the API takes it.")]
MOST_LISTED = 500


def read_body[B: BaseModel](shape: type[B], path: Path) -> B:
    """Return what a file says in the shape of the API.

    Raises:
        CartWrong: with the first field that does not fit.
    """
    try:
        return shape.model_validate(json_module.loads(path.read_text(encoding="utf-8")))
    except ValidationError as error:
        first = error.errors()[0]
        raise CartWrong(field=".".join(map(str, first["loc"])), reason=first["msg"]) from error
    except ValueError as error:
        raise CartWrong(field=path.name, reason=str(error)) from error


@app.command()
def quote(cart: Written, json: Json = False) -> None:
    """Show the best price of a cart, with every offer that is used, and why others are not."""
    body = read_body(CartIn, cart)
    result = quote_cart(
        asked=body.asked(),
        actor=actors.system("command_line"),
        now=clock.now(),
        member_id=body.member_id,
        codes=body.codes,
        points=body.points,
    )
    answer(asdict(result), json=json)


@app.command()
def offers(
    state: Annotated[str, typer.Option(help="draft, open or closed.")] = "", json: Json = False
) -> None:
    """List automatic offers, newest first."""
    shown = ("id", "series", "version", "name", "kind", "state", "terms", "starts_at", "ends_at")
    found = list_promotions(state=state).order_by("-created_at")[:MOST_LISTED]
    answer({"offers": [{key: getattr(row, key) for key in shown} for row in found]}, json=json)


@app.command()
def create(offer: Written, json: Json = False) -> None:
    """Write down an automatic offer as a draft."""
    wording = read_body(PromotionIn, offer).wording()
    answer({"id": create_promotion(**act_of_owner(), wording=wording)}, json=json)


@app.command("open")
def open_one(promotion_id: UUID, json: Json = False) -> None:
    """Open a draft; the version before it ends."""
    open_promotion(**act_of_owner(), promotion_id=promotion_id)
    answer({"id": promotion_id, "state": "open"}, json=json)


@app.command()
def close(promotion_id: UUID, json: Json = False) -> None:
    """End an automatic offer."""
    close_promotion(**act_of_owner(), promotion_id=promotion_id)
    answer({"id": promotion_id, "state": "closed"}, json=json)


@app.command()
def renew(promotion_id: UUID, json: Json = False) -> None:
    """Begin the next version of an automatic offer as a draft with the same terms."""
    answer({"id": renew_promotion(**act_of_owner(), promotion_id=promotion_id)}, json=json)


@app.command()
def checkout(json: Json = False) -> None:
    """Show what points pay at the checkout: every version, the one that holds first."""
    found = list_checkout_policies().order_by("-number")[:MOST_LISTED]
    answer({"versions": [CheckoutPolicyOut.from_orm(row).dict() for row in found]}, json=json)


@app.command("set-checkout")
def set_checkout(policy: Written, json: Json = False) -> None:
    """Put the next version of what points pay into force."""
    wording = read_body(CheckoutPolicyIn, policy).wording()
    answer({"number": state_checkout_policy(**act_of_owner(), wording=wording)}, json=json)


@app.command()
def floors(json: Json = False) -> None:
    """List how much of their list price products keep at least."""
    rows = [(floor.kind, floor.key, floor.least_basis_points) for floor in list_price_floors()]
    answer({"floors": [{"kind": k, "key": key, "least_basis_points": p} for k, key, p in rows]}, json=json)


@app.command("set-floor")
def set_floor(
    kind: Annotated[str, typer.Argument(help="all, tag or product.")],
    key: Annotated[str, typer.Option(help="The tag or product.")] = "",
    least_basis_points: Annotated[
        int | None, typer.Option(help="7,000 keeps seven tenths; without it the floor is taken away.")
    ] = None,
    json: Json = False,
) -> None:
    """Say how much of its list price a product keeps at least."""
    set_price_floor(**act_of_owner(), kind=kind, key=key, least_basis_points=least_basis_points)
    answer({"kind": kind, "key": key, "least_basis_points": least_basis_points}, json=json)
