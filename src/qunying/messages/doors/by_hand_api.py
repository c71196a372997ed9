"""The API's posts that wait for a person."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from qunying.kernel.web import ApiRequest, act_of
from qunying.messages.actions.confirm_by_hand import confirm_by_hand
from qunying.messages.queries.list_by_hand import list_by_hand

router = Router()


class HandPostOut(Schema):
    """A post to copy into a group."""

    id: UUID
    community_id: UUID | None
    title: str
    text: str
    due_at: datetime
    not_after: datetime | None


class HandPostList(Schema):
    """What waits for a person, what is due longest first."""

    items: list[HandPostOut]


class HandSettledIn(Schema, extra="forbid"):
    """What became of posts."""

    send_ids: Annotated[list[UUID], Field(min_length=1, max_length=100)]
    outcome: Literal["sent", "not_sent"]


class HandSettledOut(Schema):
    """How many posts were settled."""

    sends: int


@router.get("/messages/by-hand", response=HandPostList, operation_id="messages.list_by_hand")
def waiting(request: ApiRequest) -> object:
    """Return the posts that wait for a person."""
    request.actor.require("messages.view")
    items = [
        {
            "id": item.pk,
            "community_id": item.send.community_id,
            "title": item.send.plan.title,
            "text": item.body,
            "due_at": item.send.due_at,
            "not_after": item.send.not_after,
        }
        for item in list_by_hand()
    ]
    return {"items": items}


@router.post("/messages/by-hand", response=HandSettledOut, operation_id="messages.confirm_by_hand")
def settle(request: ApiRequest, body: HandSettledIn) -> object:
    """Say that posts were sent, or will not be."""
    return confirm_by_hand(**act_of(request), send_ids=body.send_ids, outcome=body.outcome)
