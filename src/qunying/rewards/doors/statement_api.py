"""The API's statement of a member over everything they ever had."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest
from qunying.kernel.wire import Cursor, Limit
from qunying.rewards.queries.list_statement import describe_lines, list_statement

router = Router()


class SourceOut(Schema):
    """Where a movement came from."""

    text: str
    key: UUID | None


class MemberLineOut(Schema):
    """One movement; balance_after is that of the account (asset and purpose) that moved."""

    at: datetime
    transaction_id: UUID
    asset: str
    asset_name: str
    purpose: str
    what: str
    reason: str
    amount: int
    balance_after: int
    by: str
    sources: list[SourceOut]


class MemberStatement(Schema):
    """A page of a statement, newest first."""

    items: list[MemberLineOut]
    next_cursor: str | None


@router.get("/statements/{member_id}", response=MemberStatement, operation_id="rewards.list_statement")
def statement(
    request: ApiRequest,
    member_id: UUID,
    kind: Annotated[Literal["", "points", "growth", "money", "coupon", "chance"], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return every movement of everything that a member has, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_statement(member_id, kind), order_by="-id", cursor=cursor, size=limit)
    return {"items": describe_lines(found.rows), "next_cursor": found.next_cursor}
