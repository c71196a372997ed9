"""The shape in which programs send messages, by the API and by signed delivery."""

from typing import Annotated, Literal, Self

from ninja import Schema
from pydantic import Field, model_validator

from qunying.communities.inbound.incoming import (
    MAX_ATTACHMENTS,
    MAX_KEY,
    MAX_NAME,
    MAX_REFERENCE,
    MAX_TEXT,
    Attachment,
    IncomingMessage,
)
from qunying.kernel.wire import PLAIN, Instant, YesNo

MAX_BATCH = 500

Key = Annotated[str, Field(min_length=1, max_length=MAX_KEY, pattern=r"^[^\x00]*[^\s\x00][^\x00]*$")]
MaybeKey = Annotated[str, Field(max_length=MAX_KEY, pattern=PLAIN)]
Name = Annotated[str, Field(max_length=MAX_NAME, pattern=PLAIN)]
Words = Annotated[str, Field(max_length=MAX_TEXT, pattern=PLAIN)]
MessageKind = Literal["text", "picture", "video", "link", "file", "card", "system"]


class AttachmentIn(Schema, extra="forbid"):
    """Something sent along, by reference."""

    reference: Annotated[str, Field(min_length=1, max_length=MAX_REFERENCE, pattern=PLAIN)]
    kind: MessageKind = "file"
    name: Name = ""


class MessageIn(Schema, extra="forbid"):
    """One message, or what became of it: ``posted`` says when it was sent, ``edited`` and ``deleted`` when that happened."""

    platform_message_id: Key
    change: Literal["posted", "edited", "deleted"] = "posted"
    sent_at: Instant | None = None
    changed_at: Instant | None = None
    author_id: MaybeKey = ""
    author_name: Name = ""
    kind: MessageKind = "text"
    text: Words = ""
    attachments: Annotated[list[AttachmentIn], Field(max_length=MAX_ATTACHMENTS)] = []
    reply_to: MaybeKey = ""
    from_robot: YesNo = False
    identities: dict[
        Literal["wecom", "platform_user", "phone", "email", "shop_customer"],
        Annotated[str, Field(max_length=200, pattern=PLAIN)],
    ] = {}

    @model_validator(mode="after")
    def _has_its_time(self) -> Self:
        needed = "sent_at" if self.change == "posted" else "changed_at"
        if getattr(self, needed) is None:
            raise ValueError(f"{needed} is needed")
        return self

    def incoming(self) -> IncomingMessage:
        """Return it in the shape that all doors share."""
        fields = self.model_dump(exclude={"attachments"})
        return IncomingMessage(
            **fields, attachments=[Attachment(**one.model_dump()) for one in self.attachments]
        )
