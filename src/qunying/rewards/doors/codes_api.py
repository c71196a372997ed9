"""The API's batches of codes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from ninja import Router, Schema, Status
from pydantic import Field

from qunying.kernel import clock
from qunying.kernel.guessing import count_attempt
from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of, command_id_of
from qunying.kernel.wire import Cursor, Limit, Whole
from qunying.rewards.actions.create_code_batch import create_code_batch
from qunying.rewards.actions.enter_code import enter_code
from qunying.rewards.actions.export_code_batch import export_code_batch
from qunying.rewards.doors.api_shapes import ClaimOut, CodeIn, IdOut
from qunying.rewards.doors.pricing_shapes import Name
from qunying.rewards.pricing.batches import MOST_CODES
from qunying.rewards.queries.list_code_batches import list_code_batches, list_codes
from qunying.rewards.queries.show_code import TRIES_PER_MINUTE

router = Router()


class BatchIn(Schema, extra="forbid"):
    """What the batch is called, and how many codes it has."""

    name: Name
    count: Annotated[Whole, Field(ge=1, le=MOST_CODES)]


class BatchOut(Schema):
    """A batch of codes."""

    id: UUID
    name: str
    count: int
    entered: int
    created_at: datetime
    exported_at: datetime | None


class BatchPage(Schema):
    """A page of batches."""

    items: list[BatchOut]
    next_cursor: str | None


class NumberedCode(Schema):
    """A code with its number."""

    number: int
    code: str


class CodesOut(Schema):
    """All codes of a batch."""

    codes: list[NumberedCode]


class EnterIn(CodeIn):
    """Who has the code."""

    member_id: UUID


@router.post(
    "/coupons/templates/{template_id}/batches",
    response={201: IdOut},
    operation_id="rewards.create_code_batch",
)
def create(request: ApiRequest, template_id: UUID, body: BatchIn) -> object:
    """Make codes of a template; whoever enters one first gets a coupon."""
    batch_id = create_code_batch(**act_of(request), template_id=template_id, **body.dict())
    return Status(201, {"id": batch_id})


@router.get(
    "/coupons/templates/{template_id}/batches", response=BatchPage, operation_id="rewards.list_code_batches"
)
def batches(
    request: ApiRequest,
    template_id: UUID,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return the batches of a template, newest first."""
    request.actor.require("rewards.view")
    found = cut_page(list_code_batches(template_id), order_by="-created_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/coupons/batches/{batch_id}/export", response=CodesOut, operation_id="rewards.export_code_batch"
)
def export(request: ApiRequest, batch_id: UUID) -> object:
    """Return the codes of a batch; it is done once (the same request again has the same answer)."""
    export_code_batch(**act_of(request), batch_id=batch_id)
    return {"codes": [{"number": number, "code": code} for number, code in list_codes(batch_id)]}


@router.post("/coupons/codes/enter", response={201: ClaimOut}, operation_id="rewards.enter_code")
def enter(request: ApiRequest, body: EnterIn) -> object:
    """Give a member the coupon of a code that nobody has entered yet; sixty tries a minute."""
    now = clock.now()
    request.actor.require("rewards.enter_code")
    count_attempt(f"coupon_code:{request.actor.key}", now=now, limit=TRIES_PER_MINUTE)
    claimed = enter_code(command_id=command_id_of(request), actor=request.actor, now=now, **body.dict())
    return Status(201, claimed)
