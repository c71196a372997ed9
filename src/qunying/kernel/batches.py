"""Commands that come many at a time, each with an answer of its own, as if they had come one after the other.

``run_together`` does those of one action in one transaction: the whole batch is decided by means of its own, in a few statements. What it
leaves open goes the plain way, one command after the other; so does everything when something comes in between. The answers,
and the rows of the commands, are those of the plain way.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString

import structlog
from django.db import IntegrityError, transaction

from qunying.kernel.actions import Running, action_id_of, answer_type, body_hash_of, retried, storable
from qunying.kernel.actors import Actor
from qunying.kernel.prepared import fetch_prepared
from qunying.kernel.problems import Problem

log = structlog.get_logger()

MOST_TOGETHER = 500


# Each command is looked for by itself (LATERAL): joined, a table that statistics do not know yet would be read as a whole.
_KNOWN: LiteralString = """
SELECT asked.actor, asked.command_id FROM unnest(%(actors)s::text[], %(commands)s::text[]) AS asked(actor, command_id)
CROSS JOIN LATERAL (SELECT FROM kernel_command
    WHERE actor = asked.actor AND command_id = asked.command_id LIMIT 1) known
"""
_OF_EACH = ("actor", "command_id", "body_hash", "answer", "refusal")
# In the order of the keys: two batches with the same commands then wait for each other instead of dying of it.
_STORE: LiteralString = """
INSERT INTO kernel_command (actor, command_id, action, body_hash, answer, refusal, created_at)
SELECT actor, command_id, %(action)s::text, body_hash, answer, refusal, %(now)s::timestamptz
FROM unnest(%(actor)s::text[], %(command_id)s::text[], %(body_hash)s::text[], %(answer)s::jsonb[], %(refusal)s::jsonb[])
    AS done(actor, command_id, body_hash, answer, refusal) ORDER BY actor, command_id
ON CONFLICT (actor, command_id) DO NOTHING RETURNING actor, command_id
"""


class OvertakenError(Exception):
    """Something came in between, so that what the quick way has read is no longer true; nothing of it may stay."""


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
# Gets the commands that may run and are new; returns the outcome of each, or None where the plain way is to decide.
type Together[R] = Callable[[Sequence[Running], Sequence[Mapping[str, Any]]], Sequence[Outcome[R] | None]]


def run_together[R](
    function: Callable[..., R], batch: Sequence[Asked], *, now: datetime, together: Together[R]
) -> list[Outcome[R]]:
    """Do commands of one action, each on its own: the refusal of one changes nothing for the others.

    Args:
        function: the action; the plain way.
        batch: at most 500 commands.
        now: the present instant.
        together: the quick way, inside one transaction.

    Returns:
        The answer or the problem of each command, in their order.

    Raises:
        Busy: the locks did not come in time; nothing was changed.
    """
    if len(batch) > MOST_TOGETHER:
        raise ValueError(f"at most {MOST_TOGETHER} commands go together")
    try:
        known = retried(lambda: _attempt(function, batch, now, together))
    except (IntegrityError, OvertakenError):
        known = {}
    return [
        known[place] if place in known else _plain(function, asked, now) for place, asked in enumerate(batch)
    ]


def _plain[R](function: Callable[..., R], asked: Asked, now: datetime) -> Outcome[R]:
    try:
        return function(command_id=asked.command_id, actor=asked.actor, now=now, **asked.arguments)
    except Problem as problem:
        return problem


def _attempt[R](
    function: Callable[..., R], batch: Sequence[Asked], now: datetime, together: Together[R]
) -> dict[int, Outcome[R]]:
    action_id = action_id_of(function)
    with transaction.atomic(durable=True):
        places = _list_new(action_id, batch)
        runnings = [Running(action_id, batch[at].command_id, batch[at].actor, now) for at in places]
        outcomes = together(runnings, [batch[at].arguments for at in places]) if places else []
        known = {at: outcome for at, outcome in zip(places, outcomes, strict=True) if outcome is not None}
        done = [(batch[at], outcome) for at, outcome in known.items() if _is_kept(outcome)]
        if len(store_outcomes(function, done, now)) < len(done):
            raise OvertakenError
    for at in known:
        log.info("action", action=action_id, actor=batch[at].actor.key, command=batch[at].command_id)
    return known


def _list_new(action_id: str, batch: Sequence[Asked]) -> list[int]:
    """Return the places of the commands whose id was not used before, and whose actor may."""
    firsts: dict[tuple[str, str], int] = {}
    may: dict[Actor, bool] = {}
    for place, asked in enumerate(batch):
        if asked.actor not in may:
            may[asked.actor] = asked.actor.may(action_id)
        if may[asked.actor]:
            firsts.setdefault(asked.key, place)
    values = {"actors": [actor for actor, _ in firsts], "commands": [command for _, command in firsts]}
    for key in fetch_prepared(_KNOWN, values):
        del firsts[key]
    return list(firsts.values())


def _is_kept(outcome: object) -> bool:
    """Tell whether a command is stored with this: what is no refusal by rule, such as a lacking permission, is not."""
    return not isinstance(outcome, Problem) or outcome.kind.is_refusal


def store_outcomes[R](
    function: Callable[..., R], done: Sequence[tuple[Asked, Outcome[R]]], now: datetime
) -> set[tuple[str, str]]:
    """Store commands of an action with their answers or refusals, as the action wrapper would.

    Returns:
        The keys of those that were stored; the others have an answer already.
    """
    if not done:
        return set()
    action_id, answers = action_id_of(function), answer_type(function)
    columns: dict[str, list[str | None]] = {name: [] for name in _OF_EACH}
    for asked, outcome in done:
        answer = refusal = None
        if isinstance(outcome, Problem):
            refusal = json.dumps({"code": outcome.code, "fields": storable(outcome.fields)})
        else:
            answer = answers.dump_json(outcome).decode()
        row = (*asked.key, body_hash_of(action_id, asked.arguments), answer, refusal)
        for name, value in zip(_OF_EACH, row, strict=True):
            columns[name].append(value)
    return {
        (actor, command)
        for actor, command in fetch_prepared(_STORE, {"action": action_id, "now": now, **columns})
    }
