"""The one shape in which messages come in, whatever the door."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

MAX_TEXT = 200_000
MAX_KEY = 200
MAX_NAME = 200
MAX_ATTACHMENTS = 50
MAX_REFERENCE = 2_000

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")

type Change = Literal["posted", "edited", "deleted"]


@dataclass(frozen=True, kw_only=True)
class Attachment:
    """Something sent along, by reference: an address, or the platform's id of the file."""

    reference: str
    kind: str = "file"
    name: str = ""


@dataclass(frozen=True, kw_only=True)
class IncomingMessage:
    """One thing that a platform tells of a message.

    Attributes:
        platform_message_id: the platform's id, unique in its community.
        change: whether it was posted, edited (``text`` is the new one) or deleted.
        sent_at: when it was posted; may be unknown for edits and deletions.
        changed_at: when it was edited or deleted; None means now.
        author_id: the author's id on the platform; empty when nobody said it (a notice of the platform).
        reply_to: the platform's id of the message that it answers; empty for none.
        from_robot: said by a program; starts no automatic reply.
        identities: how else the author is known, by type (``wecom``, ``phone`` …).
    """

    platform_message_id: str
    change: Change = "posted"
    sent_at: datetime | None = None
    changed_at: datetime | None = None
    author_id: str = ""
    author_name: str = ""
    kind: str = "text"
    text: str = ""
    attachments: list[Attachment] = field(default_factory=list)
    reply_to: str = ""
    from_robot: bool = False
    identities: dict[str, str] = field(default_factory=dict)


def storable(text: str, limit: int) -> str:
    """Return text as the database can hold it: what no text can have becomes ``\\ufffd``, the end of what is too long is cut."""
    return _UNSTORABLE.sub("\ufffd", text[:limit])
