"""What is known of a message, and what one more telling adds to it.

Adding is commutative, associative and idempotent: the same tellings in any order and any number give the same.
The present text is the one edited last; among texts with the same time the one with the greatest hash.
"""

import hashlib
import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from qunying.communities.inbound.incoming import (
    MAX_ATTACHMENTS,
    MAX_KEY,
    MAX_NAME,
    MAX_REFERENCE,
    MAX_TEXT,
    Attachment,
    IncomingMessage,
    storable,
)

CLOCK_SLACK = timedelta(minutes=5)
_NEVER_EDITED = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Content:
    """What a message says, in one of its versions."""

    kind: str
    text: str
    attachments: tuple[tuple[str, str, str], ...] = ()

    @property
    def hash(self) -> str:
        """What tells versions apart."""
        written = json.dumps([self.kind, self.text, self.attachments], ensure_ascii=False)
        return hashlib.sha256(written.encode()).hexdigest()[:32]

    def attachments_as_json(self) -> list[dict[str, str]]:
        """Return the attachments as they are stored."""
        return [{"kind": kind, "reference": ref, "name": name} for kind, ref, name in self.attachments]


@dataclass(frozen=True)
class Known:
    """Everything that is known of one message.

    ``versions`` has each content by its hash, with when it was edited into being (None: as posted).
    """

    author_id: str = ""
    author_name: str = ""
    reply_to: str = ""
    from_robot: bool = False
    sent_at: datetime | None = None
    claimed_at: datetime | None = None
    deleted_at: datetime | None = None
    versions: dict[str, tuple[Content, datetime | None]] = field(default_factory=dict)

    @property
    def present(self) -> tuple[Content, datetime | None] | None:
        """The content that counts, with when it was edited; None while none is known."""
        if not self.versions:
            return None
        key = max(self.versions, key=lambda key: (self.versions[key][1] or _NEVER_EDITED, key))
        return self.versions[key]


def add(known: Known, row: IncomingMessage, now: datetime) -> Known:
    """Return what is known once a platform has told one more thing.

    A posting that claims to lie in the future was posted ``now``; the claim is kept. Edits are ordered by what their
    platform says, also where its clock is wrong. A deletion without a time happened now.
    """
    sent_at = row.sent_at or row.changed_at or now
    reply_to = storable(row.reply_to, MAX_KEY)
    told = replace(
        known,
        author_id=max(known.author_id, storable(row.author_id, MAX_KEY)),
        author_name=max(known.author_name, storable(row.author_name, MAX_NAME)),
        reply_to=max(known.reply_to, "" if reply_to == row.platform_message_id else reply_to),
        from_robot=known.from_robot or row.from_robot,
        sent_at=_earliest(known.sent_at, min(sent_at, now)),
        claimed_at=_earliest(known.claimed_at, sent_at if sent_at > now + CLOCK_SLACK else None),
    )
    if row.change == "deleted":
        told = replace(told, deleted_at=_earliest(known.deleted_at, min(row.changed_at or now, now)))
        if not row.text and not row.attachments:
            return told
    content = content_of(row)
    edited_at = (row.changed_at or now) if row.change == "edited" else None
    if content.hash in told.versions:
        edited_at = _latest(told.versions[content.hash][1], edited_at)
    return replace(told, versions={**told.versions, content.hash: (content, edited_at)})


def content_of(row: IncomingMessage) -> Content:
    """Return what a row says, as it can be stored."""
    return Content(
        kind=row.kind,
        text=storable(row.text, MAX_TEXT),
        attachments=tuple(_attachment(one) for one in row.attachments[:MAX_ATTACHMENTS]),
    )


def _attachment(one: Attachment) -> tuple[str, str, str]:
    return (storable(one.kind, 20), storable(one.reference, MAX_REFERENCE), storable(one.name, MAX_NAME))


def content_from(row: dict[str, Any]) -> Content:
    """Return the content of a stored message or version."""
    attachments = tuple((one["kind"], one["reference"], one["name"]) for one in row["attachments"])
    return Content(row["kind"], row["text"], attachments)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)


def _latest(one: datetime | None, other: datetime | None) -> datetime | None:
    return max((at for at in (one, other) if at is not None), default=None)
