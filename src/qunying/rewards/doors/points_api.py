"""The API's points."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from qunying.kernel import clock
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Instant, Limit, Whole
from qunying.ledger.entries import MAX_UNITS
from qunying.ledger.reasons import name_reason
from qunying.rewards.actions.grant_points import grant_points
from qunying.rewards.actions.refund_points import refund_points
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.doors.api_shapes import Reason
from qunying.rewards.queries.get_points import get_points, list_points_lines
from qunying.rewards.wording import MAX_DAYS

router = Router()
Amount = Annotated[Whole, Field(ge=1, le=MAX_UNITS)]


class PointsMoved(Schema, extra="forbid"):
    """Whose points, how many, why; for which campaign and order, if any."""

    member_id: UUID
    amount: Amount
    reason: Reason
    campaign_id: UUID | None = None
    order_id: UUID | None = None


class PointsGrantIn(PointsMoved):
    """matures_at: when the return window closes, until when they are pending. valid_days: None never ends."""

    matures_at: Instant | None = None
    valid_days: Annotated[Whole, Field(ge=0, le=MAX_DAYS)] | None = None


class PointsGrantOut(Schema):
    """The grant, its transaction in the book, and whether it is pending or available."""

    grant_id: UUID
    transaction_id: UUID
    state: str


class PointsSpentOut(Schema):
    """The transaction, by which a refund names the spend."""

    transaction_id: UUID


class PointsBackIn(Schema, extra="forbid"):
    """How many come back (None: all that are left), and why."""

    amount: Amount | None = None
    reason: Reason


class PointsTakenBackOut(Schema):
    """How many were taken back, and how many of them the member owes now."""

    amount: int
    debt: int


class PointsRefundedOut(Schema):
    """The transaction that gave points back, and how many."""

    transaction_id: UUID
    amount: int


class EndingOut(Schema):
    """Points that end at one instant; None never."""

    ends_at: datetime | None
    amount: int


class PointsOut(Schema):
    """A member's points, and when what is available ends, soonest first."""

    member_id: UUID
    available: int
    pending: int
    held: int
    debt: int
    endings: list[EndingOut]


class PointsLine(Schema):
    """One movement. purpose: of which of the member's balances."""

    transaction_id: UUID
    kind: str
    purpose: str
    amount: int
    recorded_at: datetime
    reason: str


class PointsPage(Schema):
    """A page of a statement, newest first."""

    items: list[PointsLine]
    next_cursor: str | None


@router.post("/points/grants", response={201: PointsGrantOut}, operation_id="rewards.grant_points")
def grant(request: ApiRequest, body: PointsGrantIn) -> object:
    """Give a member points: pending until the return window closes, else available at once."""
    granted = grant_points(**act_of(request), **body.dict())
    return Status(201, granted)


@router.post(
    "/points/grants/{grant_id}/take-back",
    response=PointsTakenBackOut,
    operation_id="rewards.take_back_points",
)
def take_back(request: ApiRequest, grant_id: UUID, body: PointsBackIn) -> object:
    """Take granted points back; what the member has spent of them becomes a debt."""
    return take_back_points(**act_of(request), grant_id=grant_id, **body.dict())


@router.post("/points/spends", response={201: PointsSpentOut}, operation_id="rewards.spend_points")
def spend(request: ApiRequest, body: PointsMoved) -> object:
    """Use a member's points, those that end soonest first."""
    spent = spend_points(**act_of(request), **body.dict())
    return Status(201, spent)


@router.post(
    "/points/spends/{transaction_id}/refund",
    response=PointsRefundedOut,
    operation_id="rewards.refund_points",
)
def refund(request: ApiRequest, transaction_id: UUID, body: PointsBackIn) -> object:
    """Give spent points back, to the lots that they came from."""
    return refund_points(**act_of(request), transaction_id=transaction_id, **body.dict())


@router.get("/points/{member_id}", response=PointsOut, operation_id="rewards.get_points")
def points(request: ApiRequest, member_id: UUID) -> object:
    """Return what a member has, has on its way and owes."""
    request.actor.require("rewards.view")
    return get_points(member_id, clock.now())


@router.get(
    "/points/{member_id}/statement", response=PointsPage, operation_id="rewards.list_points_statement"
)
def statement(
    request: ApiRequest,
    member_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return every movement of a member's points, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_points_lines(member_id), order_by="-id", cursor=cursor, size=limit)
    lines = [
        {
            "transaction_id": line.transaction_id,
            "kind": line.transaction.kind,
            "purpose": line.account.purpose,
            "amount": line.amount,
            "recorded_at": line.transaction.recorded_at,
            "reason": name_reason(line.transaction.reason),
        }
        for line in found.rows
    ]
    return {"items": lines, "next_cursor": found.next_cursor}
