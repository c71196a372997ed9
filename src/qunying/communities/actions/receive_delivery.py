"""Take in what a source delivered."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic_core import to_jsonable_python

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.inbound.incoming import MAX_KEY, MAX_NAME, IncomingMessage, storable
from qunying.communities.inbound.platforms.delivery import Told
from qunying.communities.models import Community, HeldMessage, MessageSource, PlatformChat
from qunying.communities.queries.get_source import SourceNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class Delivered:
    """How many messages were new, and how many were kept aside until their chat belongs to a community."""

    new: int
    held: int


@action
def receive_delivery(
    *, command_id: str, actor: Actor, now: datetime, source_id: UUID, told: list[Told]
) -> Delivered:
    """Store messages in the communities of their chats; what has none yet is kept aside and never lost.

    A chat belongs to the community that staff chose for it, else to the one with the chat's id on the same platform.

    Raises:
        SourceNotFound: when there is no such source, or it was closed.
        MessageUnreadable: when a message says too little.
    """
    source = MessageSource.objects.filter(pk=source_id, closed_at=None).first()
    if source is None:
        raise SourceNotFound
    by_chat: dict[str, list[IncomingMessage]] = {}
    titles: dict[str, str] = {}
    for one in told:
        key = storable(one.chat_id, MAX_KEY)
        by_chat.setdefault(key, []).append(one.message)
        titles[key] = storable(one.chat_title, MAX_NAME) or titles.get(key, "")
    new = held = 0
    for key, rows in sorted(by_chat.items()):
        chat = _chat(source, key, titles[key], now)
        if chat.community_id is None:
            held += _keep_aside(chat, rows, now)
        else:
            received = receive_messages(
                command_id=command_id, actor=actor, now=now, community_id=chat.community_id, rows=rows
            )
            new += received.new
    MessageSource.objects.filter(pk=source.pk).update(heard_at=now)
    return Delivered(new, held)


def _chat(source: MessageSource, key: str, title: str, now: datetime) -> PlatformChat:
    """Return the chat, locked, so that it is not connected between looking and keeping aside."""
    PlatformChat.objects.get_or_create(
        source=source, chat_id=key, defaults={"title": title, "first_seen_at": now}
    )
    chat = PlatformChat.objects.select_for_update().get(source=source, chat_id=key)
    if chat.community_id is None:
        chat.community = _community_of(source, key)
    if title and title != chat.title:
        chat.title = title
    chat.save(update_fields=["title", "community"])
    return chat


def _community_of(source: MessageSource, key: str) -> Community | None:
    """Return the community that has the chat's id; programs of the brand speak for every platform."""
    found = Community.objects.filter(platform_group_id=key)
    if source.platform != MessageSource.Platform.OWN:
        found = found.filter(platform=source.platform)
    several = list(found[:2])
    return several[0] if len(several) == 1 else None


def _keep_aside(chat: PlatformChat, rows: list[IncomingMessage], now: datetime) -> int:
    kept = []
    for row in rows:
        written = _storable(to_jsonable_python(row))
        text = json.dumps(written, sort_keys=True, ensure_ascii=False)
        row_hash = hashlib.sha256(text.encode()).hexdigest()
        kept.append(HeldMessage(chat=chat, row=written, row_hash=row_hash, received_at=now))
    before = HeldMessage.objects.filter(chat=chat).count()
    HeldMessage.objects.bulk_create(kept, ignore_conflicts=True)
    return HeldMessage.objects.filter(chat=chat).count() - before


def _storable[T](value: T) -> T:
    """Return JSON whose texts the database can hold."""
    if isinstance(value, str):
        return storable(value, len(value))  # type: ignore[return-value]
    if isinstance(value, list):
        return [_storable(item) for item in value]  # type: ignore[return-value]
    if isinstance(value, dict):
        return {key: _storable(item) for key, item in value.items()}  # type: ignore[return-value]
    return value
