"""What many members said elsewhere about being contacted is taken over at once; set-based, for imports."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.actions.change_consent import checked_channel, keep_wording, word
from qunying.stream.record import record_from_query

# Held in the order of their ids, so that two of these never wait for each other.
_LOCK = """
    SELECT m.id FROM members_member m
    WHERE m.id IN (SELECT coalesce(known.member_id, asked.id) FROM unnest(%s::uuid[]) AS asked (id)
        LEFT JOIN identity_map known ON known.key = asked.id)
    ORDER BY m.id FOR NO KEY UPDATE
"""
_EVENTS = """
    SELECT gen_random_uuid(), 'qunying', gen_random_uuid()::text, 'consent_changed', m.id, NULL::uuid, %(now)s, %(now)s,
        NULL::uuid, NULL::uuid, NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL,
        jsonb_build_object('channel', %(channel)s::text, 'new', %(new)s::text, 'text_hash', %(hash)s::text,
            'actor', %(actor)s::text,
            'old', CASE WHEN c.granted THEN 'granted' WHEN NOT c.granted THEN 'withdrawn' ELSE '' END), false
    FROM unnest(%(members)s::uuid[]) AS m (id)
    LEFT JOIN members_consent c ON c.member_id = m.id AND c.channel = %(channel)s
    WHERE (c.granted, c.text_hash) IS DISTINCT FROM (%(granted)s, %(hash)s)
"""
_UPSERT = """
    INSERT INTO members_consent (member_id, channel, granted, text_hash, changed_at)
    SELECT m.id, %(channel)s, %(granted)s, %(hash)s, %(now)s FROM unnest(%(members)s::uuid[]) AS m (id)
    ON CONFLICT (member_id, channel) DO UPDATE
    SET granted = excluded.granted, text_hash = excluded.text_hash, changed_at = excluded.changed_at
    WHERE (members_consent.granted, members_consent.text_hash) <> (excluded.granted, excluded.text_hash)
"""


@dataclass(frozen=True)
class ConsentsTakenOver:
    """For how many members this is news; who had said the same to the same wording is not counted."""

    changed: int


@action
def take_over_consents(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_ids: list[UUID],
    channel: str,
    granted: bool,
    text: str,
) -> ConsentsTakenOver:
    """Enter one answer of many members to one wording, as ``change_consent`` does for a single one.

    Args:
        member_ids: who; any number. Merged ones count as who they are now, unknown ones are passed over.
        channel: the kind of channel (``email``, ``mailbox``, ``wecom`` …).
        granted: whether they agreed.
        text: the wording that they saw.

    Raises:
        BadChannel, BadText: when channel or wording are not what they should be.
    """
    checked_channel(channel)
    values: dict[str, Any] = {
        "channel": channel,
        "granted": granted,
        "new": word(granted),
        "hash": keep_wording(text, now),
        "actor": actor.key,
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [member_ids])
        members = [member_id for (member_id,) in cursor.fetchall()]
        changed = record_from_query(_EVENTS, {**values, "members": members})
        cursor.execute(_UPSERT, {**values, "members": members})
    return ConsentsTakenOver(changed)
