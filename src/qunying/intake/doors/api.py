"""The API of intake: events come in, those set aside are listed and replayed."""

from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpResponse
from ninja import Router, Schema
from pydantic import Field

from qunying.intake.actions.ingest_events import ingest_events
from qunying.intake.actions.replay_quarantined import Replayed, replay_quarantined
from qunying.intake.doors.imports_api import router as imports_router
from qunying.intake.queries.list_quarantined import list_quarantined
from qunying.intake.reported.envelope import BodyTooLarge, batch_schema, read_envelope, source_event_id_of
from qunying.kernel.web import ApiRequest, act_of, problem_response
from qunying.kernel.wire import Cursor, Limit

type Reason = Literal[
    "bad_shape", "from_the_future", "reserved_name", "same_key_other_body", "too_large", "too_old",
    "unknown_identity", "unknown_member",
]  # fmt: skip

router = Router()
router.add_router("", imports_router)


class EventAnswer(Schema):
    """What became of one event of the batch."""

    source_event_id: str | None
    status: Literal["stored", "duplicate", "quarantined"]
    reason: str | None = None
    detail: str | None = None


class BatchAnswer(Schema):
    """What became of a batch, event by event in the order sent."""

    stored: int
    duplicates: int
    quarantined: int
    results: list[EventAnswer]


class QuarantinedAnswer(Schema):
    """An event that was set aside."""

    id: int
    source: str
    body: str
    reason: str
    detail: str
    received_at: datetime


class QuarantinedPage(Schema):
    """A page of them."""

    items: list[QuarantinedAnswer]
    next_cursor: str | None


class ReplayBody(Schema):
    """Which events to try again."""

    model_config = {"extra": "forbid", "strict": True}

    reasons: Annotated[list[Reason], Field(max_length=20)] | None = None
    after_id: Annotated[int, Field(ge=0, lt=2**63)] = 0


class ReplayAnswer(Schema):
    """What became of them."""

    tried: int
    stored: int
    duplicates: int
    still_quarantined: int
    last_id: int | None


_BATCH_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": batch_schema()}},
    }
}


@router.post(
    "/events",
    operation_id="intake.ingest_events",
    summary="Report up to 500 events",
    response=BatchAnswer,
    openapi_extra=_BATCH_BODY,
)
def ingest(request: ApiRequest) -> BatchAnswer | HttpResponse:
    """Store events, each key (source, source_event_id) once.

    An answer of 200 means that everything named stored is committed. What does not fit is set aside with its
    reason and can be replayed. 413 above 1 MB; 429 with Retry-After while the readers are too far behind.
    """
    request.actor.require("intake.ingest_events")
    try:
        source, events = read_envelope(request)
    except BodyTooLarge as problem:
        return problem_response(problem, status=413)
    done = ingest_events(**act_of(request), source=source, events=events)
    results = [EventAnswer(source_event_id=source_event_id_of(text), status="stored") for text in events]
    for index in done.duplicates:
        results[index].status = "duplicate"
    for aside in done.quarantined:
        result = results[aside.index]
        result.status, result.reason, result.detail = "quarantined", aside.reason, aside.detail
    return BatchAnswer(
        stored=done.stored,
        duplicates=len(done.duplicates),
        quarantined=len(done.quarantined),
        results=results,
    )


@router.get("/events/quarantined", operation_id="intake.list_quarantined", response=QuarantinedPage)
def quarantined(
    request: ApiRequest,
    reason: Reason | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> QuarantinedPage:
    """List the events that were set aside, newest first."""
    request.actor.require("intake.view")
    page = list_quarantined(reason=reason, cursor=cursor, size=limit)
    return QuarantinedPage(
        items=[QuarantinedAnswer.model_validate(row, from_attributes=True) for row in page.rows],
        next_cursor=page.next_cursor,
    )


@router.post("/events/quarantined/replay", operation_id="intake.replay_quarantined", response=ReplayAnswer)
def replay(request: ApiRequest, body: ReplayBody) -> Replayed:
    """Try events that were set aside again, 500 at a time; go on with after_id = last_id until it is null."""
    return replay_quarantined(
        **act_of(request),
        reasons=list(body.reasons) if body.reasons is not None else None,
        after_id=body.after_id,
    )
