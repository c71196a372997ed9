"""The API of message sources: robots and programs that deliver what is said, and the chats that they know."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from ninja import Router, Schema
from pydantic import Field

from qunying.communities.actions.close_source import close_source
from qunying.communities.actions.connect_chat import connect_chat
from qunying.communities.actions.create_source import create_source
from qunying.communities.models import MessageSource
from qunying.communities.queries.get_source import get_source, list_chats, list_sources
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN

router = Router()


class SourceIn(Schema, extra="forbid"):
    """A source. ``secret`` is WeCom's EncodingAESKey, DingTalk's app secret or Feishu's Encrypt Key; ``token`` is WeCom's."""

    platform: Literal[tuple(MessageSource.Platform.values)]  # type: ignore[valid-type]
    name: Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
    secret: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    token: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""


class SourceOut(Schema):
    """A source and the address that it delivers to; its secret is shown in the console only."""

    id: UUID
    platform: str
    name: str
    address: str
    heard_at: datetime | None
    refused_at: datetime | None
    closed_at: datetime | None


class SourceList(Schema):
    """All sources, the open ones first."""

    items: list[SourceOut]


class ChatOut(Schema):
    """A chat that a source told of, and how many messages wait until it belongs to a community."""

    id: UUID
    chat_id: str
    title: str
    community_id: UUID | None
    held_count: int


class ChatList(Schema):
    """The chats of a source."""

    items: list[ChatOut]


class ConnectIn(Schema, extra="forbid"):
    """The community that a chat belongs to."""

    community_id: UUID


class ConnectedOut(Schema):
    """How many messages were kept aside and are the community's now."""

    messages: int


@router.get("/message-sources", response=SourceList, operation_id="communities.list_sources")
def sources(request: ApiRequest) -> object:
    """Return all sources."""
    request.actor.require("communities.view")
    return {"items": [_out(source) for source in list_sources()]}


@router.post("/message-sources", response={201: SourceOut}, operation_id="communities.create_source")
def new_source(request: ApiRequest, body: SourceIn) -> object:
    """Set up a source."""
    made = create_source(**act_of(request), **body.dict())
    return 201, _out(get_source(made.source_id))


@router.post(
    "/message-sources/{uuid:source_id}/close", response=SourceOut, operation_id="communities.close_source"
)
def close(request: ApiRequest, source_id: UUID) -> object:
    """Refuse whatever the source delivers from now on."""
    close_source(**act_of(request), source_id=source_id)
    return _out(get_source(source_id))


@router.get(
    "/message-sources/{uuid:source_id}/chats", response=ChatList, operation_id="communities.list_chats"
)
def chats(request: ApiRequest, source_id: UUID) -> object:
    """Return the chats that a source told of."""
    request.actor.require("communities.view")
    return {"items": list_chats(get_source(source_id).pk)}


@router.post(
    "/platform-chats/{uuid:chat_id}/connect",
    response=ConnectedOut,
    operation_id="communities.connect_chat",
)
def connect(request: ApiRequest, chat_id: UUID, body: ConnectIn) -> object:
    """Give a chat to a community, with what was kept aside of it."""
    return connect_chat(**act_of(request), chat_id=chat_id, community_id=body.community_id)


def _out(source: MessageSource) -> dict[str, object]:
    return {
        "id": source.pk,
        "platform": source.platform,
        "name": source.name,
        "address": f"{settings.PUBLIC_URL}{reverse('communities.deliver', args=[source.pk])}",
        "heard_at": source.heard_at,
        "refused_at": source.refused_at,
        "closed_at": source.closed_at,
    }
