"""One attribute of many members changes, as an import has seen it over time; set-based."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.models import Attribute
from qunying.stream.record import record_from_query

# Filled by COPY: what was seen of each member and when.
STAGED_ATTRIBUTES = "CREATE TEMPORARY TABLE IF NOT EXISTS staged_attribute (member_id uuid, changed_at timestamptz, value text)"
_MERGING = (
    "CREATE TEMPORARY TABLE IF NOT EXISTS merging_attribute"
    " (member_id uuid, changed_at timestamptz, old text, new text, is_last boolean)"
)
# Only what is later than the present value counts, and only where the present value came in the same way.
_COMPARE = """
    INSERT INTO merging_attribute
    SELECT member_id, changed_at, old, value, lead(value) OVER (PARTITION BY member_id ORDER BY changed_at,
    value) IS NULL
    FROM (SELECT s.member_id, s.changed_at, s.value,
            coalesce(lag(s.value) OVER (PARTITION BY s.member_id ORDER BY s.changed_at, s.value), a.value, '')
            AS old
          FROM staged_attribute s LEFT JOIN members_attribute a ON a.member_id = s.member_id AND a.name = %s
          WHERE a.id IS NULL OR (a.source = %s AND s.changed_at > a.changed_at)) seen
    WHERE value <> old
"""
_UPSERT = """
    INSERT INTO members_attribute (member_id, name, value, source, changed_at)
    SELECT member_id, %s, new, %s, changed_at FROM merging_attribute WHERE is_last
    ON CONFLICT (member_id, name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at
"""
_EVENTS = """
    SELECT gen_random_uuid(), 'qunying', gen_random_uuid()::text, 'attribute_changed', m.member_id,
    NULL::uuid, m.changed_at, %s, NULL::uuid, NULL::uuid,
        NULL::uuid, NULL, NULL::uuid, NULL::bigint, NULL::bigint, NULL,
        jsonb_build_object('attribute', %s::text, 'old', m.old, 'new', m.new, 'source', %s::text), true
    FROM merging_attribute m
"""


@dataclass(frozen=True)
class AttributesChanged:
    """How many changes were recorded."""

    changes: int


@action
def change_attributes(
    *, command_id: str, actor: Actor, now: datetime, attribute: str, source: str = Attribute.Source.IMPORT
) -> AttributesChanged:
    """Take over what ``staged_attribute`` has seen of one attribute: each change is an event at its time, the last one the value.

    What staff or the member entered stays.

    Args:
        attribute: a plain word, e.g. ``country``.
        source: an ``Attribute.Source``; only values of this source are replaced.
    """
    with connection.cursor() as cursor:
        cursor.execute(_MERGING)
        cursor.execute("TRUNCATE merging_attribute")
        cursor.execute(_COMPARE, [attribute, source])
        changes = cursor.rowcount
        cursor.execute(_UPSERT, [attribute, source])
    record_from_query(_EVENTS, [now, attribute, source])
    return AttributesChanged(changes)
