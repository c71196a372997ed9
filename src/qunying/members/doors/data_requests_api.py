"""The API's requests about members' data."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import ConfigDict, StringConstraints

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, YesNo
from qunying.members.actions.answer_data_request import answer_data_request
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.queries.list_data_requests import list_data_requests

router = Router()
Said = Annotated[str, StringConstraints(min_length=1, max_length=1_000, pattern=PLAIN)]


class AskIn(Schema):
    """What a member asks: to put something right, or to erase."""

    model_config = ConfigDict(extra="forbid")
    kind: Literal["correction", "erasure"]
    text: Said


class AnswerIn(Schema):
    """The answer; ``is_done`` false refuses."""

    model_config = ConfigDict(extra="forbid")
    is_done: YesNo
    answer: Said


class RequestOut(Schema):
    """A request and its answer."""

    id: UUID
    member_id: UUID
    kind: str
    text: str
    state: str
    asked_at: datetime
    due_at: datetime
    answer: str


class RequestPage(Schema):
    """A page of requests, the first due first."""

    items: list[RequestOut]
    next_cursor: str | None


class RequestMade(Schema):
    """The request that is kept."""

    id: UUID


@router.get(
    "/members/data-requests",
    response=RequestPage,
    operation_id="members.list_data_requests",
    summary="List requests about data",
)
def requests(
    request: ApiRequest,
    state: Literal["open", "done", "refused"] = "open",
    cursor: Annotated[str, StringConstraints(max_length=300)] | None = None,
) -> Any:
    """Return what members ask about their data."""
    request.actor.require("members.view")
    found = cut_page(list_data_requests(state=state).order_by(), order_by="due_at", cursor=cursor, size=50)
    return {"items": found.rows, "next_cursor": found.next_cursor}


@router.post(
    "/members/{uuid:member_id}/data-requests",
    response={201: RequestMade},
    operation_id="members.ask_about_data",
    summary="Keep a request about data",
)
def ask(request: ApiRequest, member_id: UUID, body: AskIn) -> Any:
    """Keep what a member asks, also by telephone."""
    return 201, {"id": ask_about_data(**act_of(request), member_id=member_id, **body.dict())}


class ErasedOut(Schema):
    """Who was erased, and how much of what went."""

    member_id: UUID
    gone: dict[str, int]


@router.post(
    "/members/{uuid:member_id}/erase",
    response=ErasedOut,
    operation_id="members.erase_member",
    summary="Erase a member who has asked for it",
)
def erase(request: ApiRequest, member_id: UUID) -> Any:
    """Erase a person for good. There has to be an open request; who has entered it does not carry it out, unless an owner."""
    return erase_member(**act_of(request), member_id=member_id)


@router.post(
    "/members/data-requests/{uuid:request_id}/answer",
    response={204: None},
    operation_id="members.answer_data_request",
    summary="Answer a request about data",
)
def answer(request: ApiRequest, request_id: UUID, body: AnswerIn) -> tuple[int, None]:
    """Close a request with the answer that the member reads."""
    answer_data_request(**act_of(request), request_id=request_id, **body.dict())
    return 204, None
