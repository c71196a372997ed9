"""The API's messages: channels, texts, sends, who must not be contacted, service messages."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from ninja import Router, Schema
from pydantic import Field

from qunying.kernel.paging import cut_page
from qunying.kernel.web import ApiRequest, act_of
from qunying.kernel.wire import PLAIN, Cursor, Instant, Limit, Whole, YesNo
from qunying.members.queries.list_existing import list_existing
from qunying.messages.actions.change_template import change_template
from qunying.messages.actions.create_channel import create_channel
from qunying.messages.actions.create_template import create_template
from qunying.messages.actions.lift_suppression import lift_suppression
from qunying.messages.actions.resolve_unknown import resolve_unknown
from qunying.messages.actions.send_service_message import send_service_message
from qunying.messages.actions.suppress import suppress
from qunying.messages.doors import by_hand_api, notices_api
from qunying.messages.models import Purpose
from qunying.messages.queries.list_channels import list_channels
from qunying.messages.queries.list_decisions import decision_of
from qunying.messages.queries.list_sends import list_sends
from qunying.messages.queries.list_templates import list_templates
from qunying.messages.reasons import Cause, Reason, State

router = Router()
router.add_router("", by_hand_api.router)
router.add_router("", notices_api.router)
Name = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Variables = Annotated[
    dict[
        Annotated[str, Field(max_length=40, pattern=r"^[a-z][a-z0-9_]*$")],
        Annotated[str, Field(max_length=200, pattern=PLAIN)],
    ],
    Field(max_length=20),
]
Ids = Annotated[list[UUID], Field(min_length=1, max_length=1000)]


class ChannelOut(Schema):
    """A way out; its settings and secret are not told."""

    id: UUID
    kind: str
    name: str
    is_active: bool
    is_default: bool
    per_minute: int | None


class ChannelList(Schema):
    """All channels."""

    items: list[ChannelOut]


class NewChannelIn(Schema, extra="forbid"):
    """A way out; which settings there are depends on its kind."""

    kind: Literal[
        "email", "sms", "webhook", "wecom_robot", "dingtalk_robot", "feishu_robot", "telegram_bot", "mailbox"
    ]
    name: Name
    settings: Annotated[
        dict[Annotated[str, Field(max_length=40)], Annotated[str, Field(max_length=500, pattern=PLAIN)]],
        Field(max_length=10),
    ] = {}
    secret: Annotated[str, Field(max_length=500, pattern=PLAIN)] = ""
    per_minute: Annotated[Whole, Field(ge=0, le=100_000)] | None = None
    is_default: YesNo = False


class ChannelWritten(Schema):
    """The channel."""

    channel_id: UUID


class WordsIn(Schema, extra="forbid"):
    """A text in the language that a member has chosen."""

    subject: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    body: Annotated[str, Field(min_length=1, max_length=10_000, pattern=PLAIN)]


class TextIn(Schema, extra="forbid"):
    """A text with variables: ``{{ name }}``, ``{{ brand }}``, ``{{ link }}``, ``{{ sign_in_link }}`` and those declared, with
    what stands in for missing values; promotions get the way to stop them by themselves. ``texts`` are for members who
    chose a language, by its code (null leaves those there are)."""

    name: Name
    subject: Annotated[str, Field(max_length=200, pattern=PLAIN)] = ""
    body: Annotated[str, Field(min_length=1, max_length=10_000, pattern=PLAIN)]
    variables: Variables = {}
    texts: (
        Annotated[dict[Annotated[str, Field(max_length=10, pattern=PLAIN)], WordsIn], Field(max_length=5)]
        | None
    ) = None


class NewTextIn(TextIn):
    """A new text; its purpose never changes."""

    purpose: Literal[tuple(Purpose.values)]  # type: ignore[valid-type]


class TextOut(Schema):
    """A text in use."""

    id: UUID
    name: str
    purpose: str
    subject: str
    body: str
    variables: dict[str, str]
    texts: dict[str, dict[str, str]]
    version: int


class TextList(Schema):
    """All texts in use."""

    items: list[TextOut]


class TextWritten(Schema):
    """The text and its version."""

    template_id: UUID
    version: int


class SendOut(Schema):
    """One message and what decided about it."""

    send_id: UUID
    planned_at: datetime
    campaign_id: UUID | None
    step: str
    template: str
    channel: str
    purpose: str
    state: str
    reason: str
    explanation: str
    settled_at: datetime | None
    clicked_at: datetime | None


class SendPage(Schema):
    """A page of messages, newest first."""

    items: list[SendOut]
    next_cursor: str | None


class SuppressIn(Schema, extra="forbid"):
    """Who must not be contacted, for what (``promotion``, ``everything``), why and until when."""

    member_ids: Ids
    scope: Literal["promotion", "everything"]
    reason: Literal[tuple(Cause.values)]  # type: ignore[valid-type]
    until: Instant | None = None
    origin: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""


class LiftIn(Schema, extra="forbid"):
    """Which suppressions end."""

    member_ids: Ids
    scope: Literal["promotion", "everything"]
    reason: Literal[tuple(Cause.values)]  # type: ignore[valid-type]
    origin: Annotated[str, Field(max_length=100, pattern=PLAIN)] = ""


class Suppressed(Schema):
    """How many members."""

    members: int


class Lifted(Schema):
    """How many suppressions."""

    suppressions: int


class ServiceIn(Schema, extra="forbid"):
    """A service message to one member; ``key`` makes it happen once."""

    member_id: UUID
    template_id: UUID
    variables: Variables = {}
    key: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN)]


class ServiceOut(Schema):
    """What became of it so far."""

    send_id: UUID
    state: str
    reason: str


class ResolveIn(Schema, extra="forbid"):
    """What became of sends whose outcome was unknown."""

    send_ids: Ids
    outcome: Literal["sent", "not_sent", "again"]


class Resolved(Schema):
    """How many were settled."""

    sends: int


@router.get("/messages/channels", response=ChannelList, operation_id="messages.list_channels")
def channels(request: ApiRequest) -> Any:
    """Return all channels."""
    request.actor.require("messages.view")
    return {"items": list(list_channels())}


@router.post("/messages/channels", response=ChannelWritten, operation_id="messages.create_channel")
def open_channel(request: ApiRequest, body: NewChannelIn) -> Any:
    """Set up a channel. Its secret is kept encrypted and never told again."""
    return create_channel(**act_of(request), **body.dict())


@router.get("/messages/texts", response=TextList, operation_id="messages.list_templates")
def texts(request: ApiRequest) -> Any:
    """Return all texts in use."""
    request.actor.require("messages.view")
    return {"items": list(list_templates())}


@router.post("/messages/texts", response=TextWritten, operation_id="messages.create_template")
def write_text(request: ApiRequest, body: NewTextIn) -> Any:
    """Write a text."""
    return create_template(**act_of(request), **body.dict())


@router.put("/messages/texts/{template_id}", response=TextWritten, operation_id="messages.change_template")
def rewrite_text(request: ApiRequest, template_id: UUID, body: TextIn) -> Any:
    """Change a text; planned messages go out as they were planned."""
    return change_template(**act_of(request), template_id=template_id, **body.dict())


@router.get("/messages/sends", response=SendPage, operation_id="messages.list_sends")
def sends(
    request: ApiRequest,
    state: Literal[tuple(State.values)] | None = None,  # type: ignore[valid-type]
    reason: Literal[tuple(Reason.values)] | None = None,  # type: ignore[valid-type]
    campaign_id: UUID | None = None,
    member_id: UUID | None = None,
    cursor: Cursor = None,
    limit: Limit = 50,
) -> Any:
    """Return messages newest first, each with the rule that decided."""
    request.actor.require("messages.view")
    wanted = list_sends(state=state or "", reason=reason or "", campaign_id=campaign_id, member_id=member_id)
    found = cut_page(wanted, order_by="-planned_at", cursor=cursor, size=limit)
    return {"items": [decision_of(send) for send in found.rows], "next_cursor": found.next_cursor}


@router.post("/messages/suppressions", response=Suppressed, operation_id="messages.suppress")
def stop(request: ApiRequest, body: SuppressIn) -> Any:
    """Note that members must not be contacted. Ids of nobody are left out; merged ones mean who they are now."""
    request.actor.require("messages.suppress")
    known = sorted(set(list_existing(body.member_ids).values()))
    return suppress(**act_of(request), **{**body.dict(), "member_ids": known})


@router.post("/messages/suppressions/lift", response=Lifted, operation_id="messages.lift_suppression")
def lift(request: ApiRequest, body: LiftIn) -> Any:
    """End suppressions."""
    return lift_suppression(**act_of(request), **body.dict())


@router.post("/messages/service", response=ServiceOut, operation_id="messages.send_service_message")
def service(request: ApiRequest, body: ServiceIn) -> Any:
    """Send a service message to one member."""
    return send_service_message(**act_of(request), **body.dict())


@router.post("/messages/unknown/settle", response=Resolved, operation_id="messages.resolve_unknown")
def settle(request: ApiRequest, body: ResolveIn) -> Any:
    """Settle sends whose outcome nobody knew."""
    return resolve_unknown(**act_of(request), **body.dict())
