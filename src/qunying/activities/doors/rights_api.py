"""The API's rights to buy: what a shop's checkout asks, confirms and cancels."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Path, Query, Router, Schema
from pydantic import ConfigDict, StringConstraints

from qunying.activities.actions.cancel_right import cancel_right
from qunying.activities.actions.rank_window import rank_window
from qunying.activities.actions.redeem_right import redeem_right
from qunying.activities.models import Right
from qunying.activities.queries.get_activity import get_activity
from qunying.activities.queries.list_rights import (
    code_of,
    get_right,
    get_right_by_code,
    list_rights,
    list_teams,
)
from qunying.kernel.actors import Actor
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit
from qunying.members.queries.get_member import list_own_ids

router = Router()
CODE = Annotated[str, Path(max_length=40, pattern=r"^[0-9A-Za-z-]+$")]


class LineOut(Schema):
    """One line of what a right is for: so many of a product, each at a price."""

    stock_code: str
    name: str
    quantity: int
    list_price_minor: int
    price_minor: int


class RightOut(Schema):
    """A right to buy. code: what the member shows; empty for programs that may not confirm."""

    id: UUID
    activity_id: UUID
    member_id: UUID
    team_id: UUID | None
    code: str
    state: str
    lines: list[LineOut]
    total_minor: int
    currency: str
    taken_at: datetime
    expires_at: datetime | None
    order_number: str


class RightPage(Schema):
    """A page of rights."""

    items: list[RightOut]
    next_cursor: str | None


class TeamOut(Schema):
    """A team: how many it needs, how many places are held, until when."""

    id: UUID
    leader_id: UUID
    size: int
    held: int
    state: str
    opened_at: datetime
    deadline: datetime
    ended_at: datetime | None


class TeamPage(Schema):
    """A page of teams."""

    items: list[TeamOut]
    next_cursor: str | None


class RedeemIn(Schema):
    """The shop's order."""

    model_config = ConfigDict(extra="forbid")

    order_number: Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=PLAIN)]


def _out(right: Right, actor: Actor) -> dict[str, Any]:
    names = [name for name in RightOut.model_fields if name != "code"]
    shown = {name: getattr(right, name) for name in names}
    return {**shown, "code": code_of(right) if actor.may("activities.redeem_right") else ""}


@router.get("/rights", response=RightPage, operation_id="activities.list_rights")
def rights(
    request: ApiRequest,
    activity_id: Annotated[UUID | None, Query()] = None,
    member_id: Annotated[UUID | None, Query()] = None,
    state: Annotated[
        Literal["waiting", "held", "reserved", "redeemed", "cancelled", "expired", "failed", "refused", ""],
        Query(),
    ] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return rights to buy, newest first: of an activity, of a member."""
    request.actor.require("activities.view")
    own = list_own_ids(member_id) if member_id else None
    wanted = list_rights(activity_id=activity_id, member_ids=own, state=state)
    found = cut_page(wanted, order_by="-taken_at", cursor=cursor, size=limit)
    return {"items": [_out(right, request.actor) for right in found.rows], "next_cursor": found.next_cursor}


@router.get("/rights/{code}", response=RightOut, operation_id="activities.get_right")
def right(request: ApiRequest, code: CODE) -> object:
    """Return the right whose code a member shows: whether it holds, for what, at which price, until when."""
    request.actor.require("activities.view")
    return _out(get_right_by_code(code), request.actor)


@router.post("/rights/{code}/redeem", response=RightOut, operation_id="activities.redeem_right")
def redeem(request: ApiRequest, code: CODE, body: RedeemIn) -> object:
    """Confirm that an order used a right; the same order may say so again."""
    request.actor.require("activities.redeem_right")
    found = get_right_by_code(code)
    redeem_right(**act_of(request), right_id=found.id, order_number=body.order_number)
    return _out(get_right(found.id), request.actor)


@router.post("/rights/{code}/cancel", response=RightOut, operation_id="activities.cancel_right")
def cancel(request: ApiRequest, code: CODE) -> object:
    """Cancel a right that no order has used; its units are for the next who asks."""
    request.actor.require("activities.cancel_right")
    found = get_right_by_code(code)
    cancel_right(**act_of(request), right_id=found.id)
    return _out(get_right(found.id), request.actor)


@router.get("/activities/{activity_id}/teams", response=TeamPage, operation_id="activities.list_teams")
def teams(
    request: ApiRequest,
    activity_id: UUID,
    state: Annotated[Literal["open", "formed", "failed", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return the teams of a group buy, newest first."""
    request.actor.require("activities.view")
    wanted = list_teams(get_activity(activity_id).id, state)
    found = cut_page(wanted, order_by="-opened_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/activities/{activity_id}/rank", operation_id="activities.rank_window")
def rank(request: ApiRequest, activity_id: UUID) -> dict[str, Any]:
    """Rank the entries of a fair window that is over; the worker does so by itself."""
    return vars(rank_window(**act_of(request), activity_id=activity_id))
