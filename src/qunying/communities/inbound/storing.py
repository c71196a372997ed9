"""Between the table and what is known: reading messages, their authors, and writing back what changed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from psycopg.types.json import Jsonb

from qunying.communities.inbound.folding import Known, content_from
from qunying.communities.models import Message, MessageVersion
from qunying.engines.search_terms import terms_of
from qunying.kernel.ids import derived_id

_SEPARATOR = "\x1f"

_WRITE = """
INSERT INTO communities_message (id, community_id, author_id, author_name, platform_message_id, kind, text,
    attachments, reply_to_platform_id, sent_at, claimed_at, received_at, edited_at, deleted_at, from_robot,
    content_hash, terms, transaction, position)
SELECT new.id, %s, author, author_name, platform_id, kind, text, attachments, reply_to, sent_at, claimed_at, %s,
    edited_at, deleted_at, from_robot, content_hash, array_to_tsvector(string_to_array(terms, E'\\x1f')),
    pg_current_xact_id()::text::bigint, nextval('communities_message_position')
FROM unnest(%s::uuid[], %s::bigint[], %s::text[], %s::text[], %s::text[], %s::text[], %s::jsonb[], %s::text[],
    %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::timestamptz[], %s::bool[], %s::text[], %s::text[])
    WITH ORDINALITY AS new(id, author, author_name, platform_id, kind, text, attachments, reply_to, sent_at,
        claimed_at, edited_at, deleted_at, from_robot, content_hash, terms, place)
ORDER BY place
ON CONFLICT (id) DO UPDATE SET reply_to_id = CASE  -- what it was thought to answer before counts no more
        WHEN communities_message.reply_to_platform_id = excluded.reply_to_platform_id
        THEN communities_message.reply_to_id END,
    author_id = excluded.author_id, author_name = excluded.author_name,
    kind = excluded.kind, text = excluded.text, attachments = excluded.attachments,
    reply_to_platform_id = excluded.reply_to_platform_id, sent_at = excluded.sent_at,
    claimed_at = excluded.claimed_at, edited_at = excluded.edited_at, deleted_at = excluded.deleted_at,
    from_robot = excluded.from_robot, content_hash = excluded.content_hash, terms = excluded.terms,
    transaction = excluded.transaction, position = excluded.position
"""

# Both ways: what arrived now may be the answer to an earlier message, or what an earlier one answers.
_JOIN_REPLIES = """
UPDATE communities_message AS reply SET reply_to_id = parent.id
FROM communities_message AS parent
WHERE reply.community_id = %(community)s AND reply.reply_to_id IS NULL AND reply.reply_to_platform_id <> ''
  AND (reply.id = ANY(%(ids)s) OR reply.reply_to_platform_id = ANY(%(platform_ids)s))
  AND parent.community_id = reply.community_id AND parent.platform_message_id = reply.reply_to_platform_id
"""


def message_id_of(community_id: UUID, platform_message_id: str) -> UUID:
    """Return the id that a platform's message has with us, whether or not it has come yet."""
    return derived_id("community message", str(community_id), platform_message_id)


def load_known(community_id: UUID, platform_ids: Iterable[str]) -> dict[str, Known]:
    """Return what is known already, by the platform's id; what is unknown is missing."""
    ids = [message_id_of(community_id, key) for key in platform_ids]
    rows = Message.objects.filter(pk__in=ids).select_related("author")
    versions: dict[UUID, list[MessageVersion]] = {}
    for version in MessageVersion.objects.filter(message__in=ids):
        versions.setdefault(version.message_id, []).append(version)
    return {row.platform_message_id: _known(row, versions.get(row.pk, [])) for row in rows}


def _known(row: Message, versions: Sequence[MessageVersion]) -> Known:
    contents = {
        version.content_hash: (content_from(version.__dict__), version.edited_at) for version in versions
    }
    if row.content_hash:
        contents[row.content_hash] = (content_from(row.__dict__), row.edited_at)
    return Known(
        author_id=row.author.platform_user_id if row.author else "",
        author_name=row.author_name,
        reply_to=row.reply_to_platform_id,
        from_robot=row.from_robot,
        sent_at=row.sent_at,
        claimed_at=row.claimed_at,
        deleted_at=row.deleted_at,
        versions=contents,
    )


def write_known(
    community_id: UUID, changed: Mapping[str, Known], authors: Mapping[str, int], now: datetime
) -> None:
    """Write what is known of messages, in order of their times, and join replies with what they answer.

    Args:
        changed: by the platform's id; only those that differ from what is stored.
        authors: group member by the author's id on the platform.
    """
    if not changed:
        return
    ordered = sorted(changed.items(), key=lambda pair: (pair[1].sent_at, pair[0]))
    rows = [_row(community_id, key, known, authors) for key, known in ordered]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [community_id, now, *map(list, zip(*rows, strict=True))])
        _write_versions(community_id, changed)
        names: dict[str, Any] = {
            "community": community_id,
            "ids": [row[0] for row in rows],
            "platform_ids": list(changed),
        }
        cursor.execute(_JOIN_REPLIES, names)


def _row(community_id: UUID, key: str, known: Known, authors: Mapping[str, int]) -> tuple[object, ...]:
    present = known.present
    content, edited_at = present or (None, None)
    text = content.text if content else ""
    return (
        message_id_of(community_id, key),
        authors.get(known.author_id),
        known.author_name,
        key,
        content.kind if content else Message.Kind.TEXT,
        text,
        Jsonb(content.attachments_as_json() if content else []),
        known.reply_to,
        known.sent_at,
        known.claimed_at,
        edited_at,
        known.deleted_at,
        known.from_robot,
        content.hash if content else None,
        _SEPARATOR.join(terms_of(text)),
    )


def _write_versions(community_id: UUID, changed: Mapping[str, Known]) -> None:
    """Keep every version besides the present one, and only those."""
    several = {key: known for key, known in changed.items() if len(known.versions) > 1}
    if not several:
        return
    ids = {key: message_id_of(community_id, key) for key in several}
    MessageVersion.objects.filter(message__in=ids.values()).delete()
    MessageVersion.objects.bulk_create(
        MessageVersion(
            message_id=ids[key],
            content_hash=content.hash,
            kind=content.kind,
            text=content.text,
            attachments=content.attachments_as_json(),
            edited_at=edited_at,
        )
        for key, known in several.items()
        for content, edited_at in known.versions.values()
        if (content, edited_at) != known.present
    )
