"""The API's messages of communities, and what serves communities."""

from datetime import date, datetime, time
from typing import Annotated, Literal
from uuid import UUID

from ninja import Query, Router, Schema
from pydantic import Field

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.actions.save_notice import NoticeText, save_notice
from qunying.communities.actions.save_reply_rule import save_reply_rule
from qunying.communities.inbound.shape import MAX_BATCH, MessageIn
from qunying.communities.models import Notice
from qunying.communities.queries.describe_messages import MessageView, describe_messages
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.list_messages import get_context, list_messages
from qunying.communities.queries.list_notices import list_notices
from qunying.kernel import clock
from qunying.kernel.web import ApiRequest, command_id_of
from qunying.kernel.wire import Day

router = Router()
Plain = r"^[^\x00]*$"
Cursor = Annotated[str | None, Query(max_length=500)]
Limit = Annotated[int, Query(ge=1, le=200)]


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


class ReplyRuleIn(Schema, extra="forbid"):
    """A keyword reply: ``*`` stands for anything, ``?`` for one character, ``|`` separates alternatives."""

    name: Annotated[str, Field(min_length=1, max_length=100, pattern=Plain)]
    pattern: Annotated[str, Field(min_length=1, max_length=200, pattern=Plain)]
    answer: Annotated[str, Field(min_length=1, max_length=2000, pattern=Plain)]
    community_id: UUID | None = None
    priority: Annotated[int, Field(ge=0, le=32_767)] = 100
    cool_down_minutes: Annotated[int, Field(ge=0, le=10_080)] = 5
    is_active: bool = True


class NoticeIn(Schema, extra="forbid"):
    """A notice on the calendar; times and days are those of the brand's zone, weekday 0 is Monday."""

    kind: Literal[tuple(Notice.Kind.values)]  # type: ignore[valid-type]
    title: Annotated[str, Field(min_length=1, max_length=100, pattern=Plain)]
    text: Annotated[str, Field(max_length=2000, pattern=Plain)] = ""
    rhythm: Literal[tuple(Notice.Rhythm.values)]  # type: ignore[valid-type]
    at: Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")]
    until: Annotated[str | None, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$")] = None
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = []
    first_day: Day
    last_day: Day | None = None
    community_id: UUID | None = None
    is_pinned: bool = False
    is_active: bool = True


class SavedOut(Schema):
    """The id of what was stored."""

    id: UUID


class NoticeSavedOut(SavedOut):
    """The notice, and when it is due next."""

    next_at: datetime | None


class NoticeOut(Schema):
    """A notice and when it is due next."""

    id: UUID
    kind: str
    title: str
    text: str
    rhythm: str
    at: time
    until: time | None
    weekdays: list[int]
    first_day: date
    last_day: date | None
    community_id: UUID | None
    is_pinned: bool
    is_active: bool
    next_at: datetime | None


class NoticeList(Schema):
    """All notices."""

    items: list[NoticeOut]


@router.post(
    "/communities/{community_id}/messages", response=ReceivedOut, operation_id="communities.receive_messages"
)
def receive(request: ApiRequest, community_id: UUID, body: MessagesIn) -> object:
    """Store messages; the same ones again, in any order, change nothing."""
    return receive_messages(
        command_id=command_id_of(request),
        actor=request.auth,
        now=clock.now(),
        community_id=community_id,
        rows=[row.incoming() for row in body.messages],
    )


@router.get("/community-messages", response=GroupMessagePage, operation_id="communities.list_messages")
def search(
    request: ApiRequest,
    search: Annotated[str, Query(max_length=200)] = "",
    community_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> object:
    """Return messages with all the words, newest first."""
    request.auth.require("communities.view")
    if community_id is not None:
        get_community(community_id)
    found = list_messages([community_id] if community_id else None, search=search, cursor=cursor, size=limit)
    items = [_out(view) for view in describe_messages(found.rows, request.auth)]
    return {"items": items, "next_cursor": found.next_cursor}


@router.get(
    "/community-messages/{message_id}", response=ContextOut, operation_id="communities.get_message_context"
)
def context(request: ApiRequest, message_id: UUID) -> object:
    """Return a message with what surrounds it."""
    request.auth.require("communities.view")
    around = get_context(message_id)

    def shown(messages: list[object]) -> list[dict[str, object]]:
        return [_out(view) for view in describe_messages(messages, request.auth)]  # type: ignore[arg-type]

    return {
        "message": shown([around.message])[0],
        "before": shown([*around.before]),
        "after": shown([*around.after]),
        "thread": shown([*around.thread]),
    }


@router.post("/community-replies", response={201: SavedOut}, operation_id="communities.save_reply_rule")
def reply_rule(request: ApiRequest, body: ReplyRuleIn) -> object:
    """Write a keyword reply."""
    rule_id = save_reply_rule(
        command_id=command_id_of(request), actor=request.auth, now=clock.now(), **body.dict()
    )
    return 201, {"id": rule_id}


@router.get("/community-notices", response=NoticeList, operation_id="communities.list_notices")
def notices(request: ApiRequest) -> object:
    """Return all notices with when they are due next."""
    request.auth.require("communities.view")
    return {"items": list_notices()}


@router.post("/community-notices", response={201: NoticeSavedOut}, operation_id="communities.save_notice")
def notice(request: ApiRequest, body: NoticeIn) -> object:
    """Put a notice on the calendar."""
    fields = body.dict()
    fields["at"] = time.fromisoformat(body.at)
    fields["until"] = time.fromisoformat(body.until) if body.until else None
    saved = save_notice(
        command_id=command_id_of(request), actor=request.auth, now=clock.now(), notice=NoticeText(**fields)
    )
    return 201, {"id": saved.notice_id, "next_at": saved.next_at}


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
