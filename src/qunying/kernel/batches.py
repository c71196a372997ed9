"""Commands that come many at a time, each with an answer of its own."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from qunying.kernel.actions import body_hash_of, storable
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Problem

MOST_TOGETHER = 500


@dataclass(frozen=True)
class Asked:
    """One command of a batch: what the action takes besides the time."""

    command_id: str
    actor: Actor
    arguments: Mapping[str, Any]

    @property
    def key(self) -> tuple[str, str]:
        """What no two commands have in common."""
        return self.actor.key, self.command_id


type Outcome[R] = R | Problem


def store_refusals(
    action_id: str, refusals: Sequence[tuple[Asked, Problem]], now: datetime
) -> set[tuple[str, str]]:
    """Store the answers of commands that were refused by rule, as the action wrapper would.

    Returns:
        The keys of those that were stored; the others have an answer already.
    """
    rows = [
        (
            *asked.key,
            body_hash_of(action_id, asked.arguments),
            json.dumps({"code": problem.code, "fields": storable(problem.fields)}),
        )
        for asked, problem in refusals
    ]
    if not rows:
        return set()
    with connection.cursor() as cursor:
        # In the order of the keys: two batches with the same commands then wait for each other instead of dying of it.
        cursor.execute(
            "INSERT INTO kernel_command (actor, command_id, action, body_hash, refusal, created_at)"
            " SELECT actor, command_id, %s, body_hash, refusal, %s FROM unnest(%s::text[], %s::text[], %s::text[], %s::jsonb[])"
            "  AS refused(actor, command_id, body_hash, refusal) ORDER BY actor, command_id"
            " ON CONFLICT (actor, command_id) DO NOTHING RETURNING actor, command_id",
            [action_id, now, *(list(column) for column in zip(*rows, strict=True))],
        )
        return set(cursor.fetchall())
