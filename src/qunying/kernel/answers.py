"""Stored answers of commands, where a person is erased: their words go, the command stays done."""

from collections.abc import Collection
from uuid import UUID

from django.db import connection

_EMPTY = """
UPDATE kernel_command SET answer = (
    SELECT jsonb_object_agg(key, CASE WHEN key = ANY(%(words)s) AND jsonb_typeof(value) = 'string' THEN '""' ELSE value END)
    FROM jsonb_each(answer)
)
WHERE action = ANY(%(actions)s) AND jsonb_typeof(answer) = 'object' AND answer ->> 'member_id' = ANY(%(members)s)
"""


def empty_answers(actions: Collection[str], words: Collection[str], member_ids: Collection[UUID]) -> int:
    """Empty fields in the answers that some actions gave about members, and return how many answers there were.

    Args:
        actions: ids of actions whose answers name the member as ``member_id``.
        words: the fields that hold somebody's words.
    """
    with connection.cursor() as cursor:
        members = [str(member_id) for member_id in member_ids]
        cursor.execute(_EMPTY, {"words": list(words), "actions": list(actions), "members": members})
        return int(cursor.rowcount)
