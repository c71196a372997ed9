"""The API's view of units that were asked for, and their second person."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Limit
from qunying.ledger.actions.approve_units import approve_units
from qunying.ledger.actions.reject_units import reject_units
from qunying.ledger.queries.list_enlargements import list_enlargements

router = Router()


class EnlargementOut(Schema):
    """Units that somebody asked for; ``name`` says what of."""

    id: UUID
    pool_id: UUID
    name: str
    units: int
    reason: str
    state: str
    proposed_by: str
    proposed_at: datetime
    expires_at: datetime
    decided_by: str | None
    decided_at: datetime | None


class EnlargementPage(Schema):
    """A page of them."""

    items: list[EnlargementOut]
    next_cursor: str | None


class StockTotal(Schema):
    """How many units there are in all."""

    total: int


@router.get("/ledger/enlargements", response=EnlargementPage, operation_id="ledger.list_enlargements")
def enlargements(
    request: ApiRequest,
    state: Annotated[Literal["proposed", "added", "rejected", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return units that were asked for, newest first."""
    request.actor.require("ledger.view")
    found = cut_page(list_enlargements(state), order_by="-proposed_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/ledger/enlargements/{enlargement_id}/approve",
    response=StockTotal,
    operation_id="ledger.approve_units",
)
def approve(request: ApiRequest, enlargement_id: UUID) -> object:
    """Add units that somebody else asked for."""
    total = approve_units(**act_of(request), enlargement_id=enlargement_id)
    return {"total": total}


@router.post(
    "/ledger/enlargements/{enlargement_id}/reject", response={204: None}, operation_id="ledger.reject_units"
)
def reject(request: ApiRequest, enlargement_id: UUID) -> object:
    """Decide against units that wait."""
    reject_units(**act_of(request), enlargement_id=enlargement_id)
    return Status(204, None)
