"""The API's messages of communities: taken in, searched, with their context, and how people talk."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.inbound.shape import MAX_BATCH, MessageIn
from qunying.communities.queries.describe_messages import MessageView, describe_messages
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.list_messages import get_context, list_messages
from qunying.communities.talk_report import report_talk
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import Cursor, Day, Limit

router = Router()


class MessagesIn(Schema, extra="forbid"):
    """What the platform tells of messages, in any order."""

    messages: Annotated[list[MessageIn], Field(min_length=1, max_length=MAX_BATCH)]


class ReceivedOut(Schema):
    """What the rows changed."""

    rows: int
    new: int
    changed: int
    unchanged: int


class GroupMessageOut(Schema):
    """A message, as far as the key may see it."""

    id: UUID
    community_id: UUID
    platform_message_id: str
    author: str
    member_id: UUID | None
    kind: str
    text: str
    attachments: list[dict[str, str]]
    reply_to: UUID | None
    sent_at: datetime
    edited_at: datetime | None
    deleted_at: datetime | None


class GroupMessagePage(Schema):
    """A page of messages, newest first."""

    items: list[GroupMessageOut]
    next_cursor: str | None


class ContextOut(Schema):
    """A message with what surrounds it and its thread of replies."""

    message: GroupMessageOut
    before: list[GroupMessageOut]
    after: list[GroupMessageOut]
    thread: list[GroupMessageOut]


@router.post(
    "/communities/{community_id}/messages", response=ReceivedOut, operation_id="communities.receive_messages"
)
def receive(request: ApiRequest, community_id: UUID, body: MessagesIn) -> object:
    """Store messages; the same ones again, in any order, change nothing."""
    return receive_messages(
        **act_of(request), community_id=community_id, rows=[row.incoming() for row in body.messages]
    )


class HelperOut(Schema):
    """Somebody who answers."""

    person: str
    member_id: UUID | None
    people_helped: int
    answers: int


class TalkOut(Schema):
    """How people of a community talk; ``hours`` are messages by weekday (0 is Monday) and hour of the brand's zone."""

    start: date
    end: date
    messages: int
    speakers: int
    replies: int
    answered: int
    median_wait_seconds: float | None
    hours: list[list[int]]
    helpers: list[HelperOut]


@router.get("/community-messages", response=GroupMessagePage, operation_id="communities.list_messages")
def search(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    community_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return messages with all the words, newest first."""
    request.actor.require("communities.view")
    if community_id is not None:
        get_community(community_id)
    found = list_messages([community_id] if community_id else None, search=search, cursor=cursor, size=limit)
    items = [_out(view) for view in describe_messages(found.rows, request.actor)]
    return {"items": items, "next_cursor": found.next_cursor}


@router.get(
    "/community-messages/{message_id}", response=ContextOut, operation_id="communities.get_message_context"
)
def context(request: ApiRequest, message_id: UUID) -> object:
    """Return a message with what surrounds it."""
    request.actor.require("communities.view")
    around = get_context(message_id)

    def shown(messages: list[object]) -> list[dict[str, object]]:
        return [_out(view) for view in describe_messages(messages, request.actor)]  # type: ignore[arg-type]

    return {
        "message": shown([around.message])[0],
        "before": shown([*around.before]),
        "after": shown([*around.after]),
        "thread": shown([*around.thread]),
    }


@router.get(
    "/communities/{uuid:community_id}/talk", response=TalkOut, operation_id="communities.summarise_talk"
)
def talk(request: ApiRequest, community_id: UUID, start: Day | None = None, end: Day | None = None) -> object:
    """Return when people talk, who answers whom and who helps, on local days; by default the last 30."""
    request.actor.require("communities.view")
    get_community(community_id)
    return report_talk(community_id, start, end, actor=request.actor)


def _out(view: MessageView) -> dict[str, object]:
    message = view.message
    return {
        "id": message.pk,
        "community_id": message.community_id,
        "platform_message_id": message.platform_message_id,
        "author": view.author,
        "member_id": message.member_id,
        "kind": message.kind,
        "text": view.text,
        "attachments": message.attachments,
        "reply_to": message.reply_to_id,
        "sent_at": message.sent_at,
        "edited_at": message.edited_at,
        "deleted_at": message.deleted_at,
    }
