"""The runner of reactions: reads below the safe horizon, starts each reaction once per event."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from django.db import InterfaceError, connection, transaction

from qunying.kernel.actions import joined_actions
from qunying.kernel.actors import system
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Problem
from qunying.stream.horizon import Horizon, safe_horizon
from qunying.stream.models import Cursor, Event, ReactionRun
from qunying.stream.react import Reaction, StreamEvent, registry

EVENTS_AT_ONCE = 50
ATTEMPTS = 5
CLOCK_SLACK = timedelta(days=1)
RETRY_AFTER = (timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2))

log = structlog.get_logger()

_NEXT = """
SELECT * FROM stream_event
WHERE (transaction, position) > (%s, %s) AND transaction < %s AND name = ANY(%s) AND NOT backfill
  AND occurred_at >= %s AND received_at >= %s
ORDER BY transaction, position LIMIT %s
"""


def start_readers(now: datetime) -> None:
    """Give each reaction that has none its cursor: it starts where the stream is now."""
    horizon = safe_horizon()
    for declared in registry.values():
        _ensure_cursor(declared, horizon, now)


def run_reactions(now: datetime) -> dict[str, int]:
    """Run all reactions up to the horizon; return per reaction for how many events it ran."""
    return {declared.id: run_reaction(declared, now) for declared in list(registry.values())}


def run_reaction(declared: Reaction, now: datetime) -> int:
    """Run one reaction up to the horizon and try again what failed; return for how many events it ran."""
    ran = _retry(declared, now)
    while True:
        count, more = _advance(declared, now)
        ran += count
        if not more:
            return ran


def _advance(declared: Reaction, now: datetime) -> tuple[int, bool]:
    """Take the next events: effects, runs and cursor are one transaction. Tell whether there may be more."""
    with transaction.atomic():
        horizon = safe_horizon()
        cursor = _locked_cursor(declared, horizon, now)
        if cursor is None:
            return 0, False
        # A running transaction of our own may not hide events from the test of the twin without the guard.
        until = 2**62 if disabled_guard("react.horizon") else horizon.transaction
        events = _next_events(declared, cursor, until, now)
        ran = sum(_start(declared, event, now) for event in events)
        failpoint("react.effects_done")
        more = len(events) == EVENTS_AT_ONCE
        if more or disabled_guard("react.horizon"):
            if events:
                cursor.transaction, cursor.position = events[-1].transaction, events[-1].position
                cursor.seen = cursor.position
        else:
            cursor.transaction, cursor.position, cursor.seen = horizon.transaction, 0, horizon.seen
        cursor.moved_at = now
        cursor.save()
    failpoint("react.committed")
    return ran, more


def _locked_cursor(declared: Reaction, horizon: Horizon, now: datetime) -> Cursor | None:
    """Return the reaction's cursor, locked; None when another worker has it."""
    _ensure_cursor(declared, horizon, now)
    return Cursor.objects.select_for_update(skip_locked=True).filter(reader=declared.id).first()


def _ensure_cursor(declared: Reaction, horizon: Horizon, now: datetime) -> None:
    """A reaction starts where the stream is when it is first seen: what happened before starts nothing."""
    Cursor.objects.bulk_create(
        [Cursor(reader=declared.id, transaction=horizon.transaction, seen=horizon.seen, moved_at=now)],
        ignore_conflicts=True,
    )


def _next_events(declared: Reaction, cursor: Cursor, until: int, now: datetime) -> Sequence[Event]:
    oldest = now - declared.max_age
    found = Event.objects.raw(
        _NEXT,
        [
            cursor.transaction,
            cursor.position,
            until,
            list(declared.names),
            oldest,
            oldest - CLOCK_SLACK,  # lets PostgreSQL leave out the partitions of older months
            EVENTS_AT_ONCE,
        ],
    )
    return list(found)


def _start(declared: Reaction, event: Event, now: datetime) -> bool:
    """Run the effect unless it has run; a failure is kept with its time to try again and stops nobody else."""
    run = ReactionRun(
        reaction=declared.id,
        event_id=event.id,
        transaction=event.transaction,
        position=event.position,
        ran_at=now,
    )
    if not _claimed(run):
        return False
    failure = _effect_failure(declared, event, now)
    if failure is not None:
        _keep_failure(run, failure, now)
    return True


def _claimed(run: ReactionRun) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO stream_reactionrun"
            " (reaction, event_id, transaction, position, ran_at, attempts, failure)"
            " VALUES (%s, %s, %s, %s, %s, 1, '') ON CONFLICT DO NOTHING",
            [run.reaction, run.event_id, run.transaction, run.position, run.ran_at],
        )
        return bool(cursor.rowcount == 1)


def _effect_failure(declared: Reaction, event: Event, now: datetime) -> Exception | None:
    try:
        with joined_actions(
            declared.id, command_id=f"{declared.id}:{event.id}", actor=system(declared.id), now=now
        ):
            declared.effect(_seen(event), now)
    except InterfaceError:
        raise
    except Exception as error:  # whatever a reaction does wrong, the others go on
        if connection.connection is None or connection.connection.closed:
            raise
        log.warning("reaction_failed", reaction=declared.id, event_id=str(event.id), exc_info=error)
        return error
    return None


def _keep_failure(run: ReactionRun, failure: Exception, now: datetime) -> None:
    """Note what went wrong. A refusal by rule is final; a crash is tried again a few times."""
    settled = isinstance(failure, Problem) and failure.kind.is_refusal
    again = not settled and run.attempts < ATTEMPTS
    ReactionRun.objects.filter(reaction=run.reaction, event_id=run.event_id).update(
        failure=failure.code if isinstance(failure, Problem) else type(failure).__name__,
        attempts=run.attempts,
        ran_at=now,
        retry_at=now + RETRY_AFTER[run.attempts - 1] if again else None,
    )


def _retry(declared: Reaction, now: datetime) -> int:
    """Try again the runs that crashed and whose time has come."""
    tried = 0
    while True:
        with transaction.atomic():
            run = (
                ReactionRun.objects.select_for_update(skip_locked=True)
                .filter(reaction=declared.id, retry_at__lte=now)
                .first()
            )
            if run is None:
                return tried
            run.attempts += 1
            event = Event.objects.filter(transaction=run.transaction, position=run.position).first()
            if event is None or event.occurred_at < now - declared.max_age:
                ReactionRun.objects.filter(reaction=run.reaction, event_id=run.event_id).update(retry_at=None)
                continue
            failure = _effect_failure(declared, event, now)
            if failure is None:
                ReactionRun.objects.filter(reaction=run.reaction, event_id=run.event_id).update(
                    failure="", retry_at=None, attempts=run.attempts, ran_at=now
                )
            else:
                _keep_failure(run, failure, now)
            tried += 1


def _seen(event: Event) -> StreamEvent:
    return StreamEvent(**{name: getattr(event, name) for name in StreamEvent.__dataclass_fields__})
