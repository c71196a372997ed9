"""The API's part of vetting: what the shop has seen, what is held, and deciding it."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema, Status
from pydantic import StringConstraints

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Limit, YesNo
from qunying.vetting.actions.decide_case import decide_case
from qunying.vetting.actions.judge_appeal import judge_appeal
from qunying.vetting.actions.note_mark import note_mark
from qunying.vetting.queries.list_cases import get_case, list_cases

router = Router()
TEXT = Annotated[str, StringConstraints(max_length=500, pattern=PLAIN)]


class MarkIn(Schema, extra="forbid"):
    """What a member was seen with; only a keyed hash of it is kept."""

    member_id: UUID
    mark_kind: Literal["device", "network", "phone", "address", "payment"]
    value: Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=PLAIN)]


class CaseOut(Schema):
    """Something that is or was held."""

    id: UUID
    subject_kind: str
    subject_id: UUID
    member_id: UUID
    reasons: list[str]
    state: str
    filed_at: datetime
    decided_at: datetime | None
    explanation: str
    appeal: str
    appealed_at: datetime | None
    judged_at: datetime | None
    answer: str


class CasePage(Schema):
    """A page of cases."""

    items: list[CaseOut]
    next_cursor: str | None


class DecideIn(Schema, extra="forbid"):
    """Release it, or refuse it with an explanation for the member."""

    release: YesNo
    explanation: TEXT = ""


class JudgeIn(Schema, extra="forbid"):
    """Uphold the appeal or not; the member reads the answer."""

    uphold: YesNo
    answer: TEXT


@router.post("/vetting/marks", response={204: None}, operation_id="vetting.note_mark")
def mark(request: ApiRequest, body: MarkIn) -> Status[None]:
    """Say what a member was seen with at the shop: device, phone, delivery address, payment account, network address."""
    note_mark(**act_of(request), **body.dict())
    return Status(204, None)


@router.get("/vetting/cases", response=CasePage, operation_id="vetting.list_cases")
def cases(
    request: ApiRequest,
    state: Annotated[Literal["waiting", "released", "refused", "appealed", ""], Query()] = "",
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return what is or was held, newest first."""
    request.actor.require("vetting.view")
    found = cut_page(list_cases(state), order_by="-filed_at", cursor=cursor, size=limit)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post("/vetting/cases/{case_id}/decide", response=CaseOut, operation_id="vetting.decide_case")
def decide(request: ApiRequest, case_id: UUID, body: DecideIn) -> object:
    """Release what is held, or refuse it."""
    decide_case(**act_of(request), case_id=case_id, **body.dict())
    return get_case(case_id)


@router.post("/vetting/cases/{case_id}/appeal", response=CaseOut, operation_id="vetting.judge_appeal")
def judge(request: ApiRequest, case_id: UUID, body: JudgeIn) -> object:
    """Judge an appeal."""
    judge_appeal(**act_of(request), case_id=case_id, **body.dict())
    return get_case(case_id)
