"""Many people become members at once, known by one kind of identity each; set-based, for imports."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.models import Identity
from qunying.stream.record import record_from_query

# Filled by COPY: value (already normalised) and first_seen_at. The action fills the rest.
STAGED_MEMBERS = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS staged_member"
    " (value text, first_seen_at timestamptz, member_id uuid, is_new boolean NOT NULL DEFAULT false)"
)

_FIND = """
    UPDATE staged_member s SET member_id = i.member_id FROM members_identity i WHERE i.type = %s AND i.value =
    s.value
"""
_NAME = "UPDATE staged_member SET member_id = gen_random_uuid(), is_new = true WHERE member_id IS NULL"
_INSERT_MEMBERS = """
    INSERT INTO members_member (id, name, first_seen_at, created_at, is_staff)
    SELECT member_id, '', first_seen_at, %s, false FROM staged_member WHERE is_new
"""
_INSERT_IDENTITIES = """
    INSERT INTO members_identity (member_id, type, value) SELECT member_id, %s, value FROM staged_member WHERE
    is_new
"""
_SEEN_EARLIER = """
    UPDATE members_member m SET first_seen_at = s.first_seen_at
    FROM (SELECT member_id, min(first_seen_at) AS first_seen_at FROM staged_member WHERE NOT is_new GROUP BY
    member_id) s
    WHERE m.id = s.member_id AND s.first_seen_at < m.first_seen_at
"""
_EVENTS = """
    SELECT gen_random_uuid(), 'qunying', gen_random_uuid()::text, 'member_created', s.member_id, NULL::uuid,
    s.first_seen_at, %s, NULL::uuid, NULL::uuid,
        NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL, '{"source": "import"}'::jsonb, true
    FROM staged_member s  WHERE s.is_new
"""


@dataclass(frozen=True)
class MembersAdmitted:
    """How many of the people were new."""

    new: int


@action
def admit_members(
    *, command_id: str, actor: Actor, now: datetime, identity_type: str = Identity.Type.SHOP_CUSTOMER
) -> MembersAdmitted:
    """Make members of those in ``staged_member`` who are not known yet; afterwards every row there names its member.

    The events are marked as backfill and happened when each person was first seen. Who was known and is now
    seen earlier is
    first seen earlier.

    Args:
        identity_type: an ``Identity.Type``; the values are of this type.
    """
    with connection.cursor() as cursor:
        cursor.execute(_FIND, [identity_type])
        cursor.execute(_NAME)
        new = cursor.rowcount
        cursor.execute(_INSERT_MEMBERS, [now])
        cursor.execute(_INSERT_IDENTITIES, [identity_type])
        cursor.execute(_SEEN_EARLIER)
    record_from_query(_EVENTS, [now])
    return MembersAdmitted(new)
