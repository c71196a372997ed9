"""Running an import that is on record.

Its state, its progress, and what is told when it ends, however it ends.
"""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.db import Error as DatabaseError
from django.db import InterfaceError, OperationalError, connection
from django.utils.translation import gettext_lazy as _

from qunying.intake.models import ImportRun
from qunying.intake.orders.importing import ImportRequest, Outcome, Step, import_orders
from qunying.intake.orders.mapping import OrderMapping, checked_mapping
from qunying.intake.queries.get_import import get_import
from qunying.kernel.actors import Actor
from qunying.kernel.files.uploads import import_folder
from qunying.kernel.jobs import run_soon
from qunying.kernel.problems import Kind, Problem
from qunying.stream.export import export_after_import

# How much of an import's time each stage takes, roughly; for one bar from 0 to 1.
_STAGES = {"reading": 0.0, "checking": 0.15, "waiting": 0.3, "products": 0.3, "members": 0.32, "orders": 0.36, "refunds": 0.92,
    "countries": 0.96, "matching": 0.98}  # fmt: skip
_ENDS = [*list(_STAGES.values())[1:], 1.0]
_QUIET_SECONDS = 0.5


class ImportCancelled(Problem):
    """Somebody stopped the import."""

    code = "import_cancelled"
    kind = Kind.CONFLICT
    message = _(
        "The import was stopped. Orders merged so far are whole and stay; import the file again to go on."
    )


class ImportInterrupted(Problem):
    """The database or this program went away in the middle."""

    code = "import_interrupted"
    kind = Kind.UNAVAILABLE
    message = _(
        "The import was interrupted. Orders merged so far are whole and stay; import the same file again and it ends as if"
        " nothing had happened."
    )


def share_done(stage: str, share: float) -> float:
    """Return how much of the whole import is done, 0–1, from a stage and how much of it is."""
    start = _STAGES.get(stage, 0.0)
    end = _ENDS[list(_STAGES).index(stage)] if stage in _STAGES else 1.0
    return start + (end - start) * min(max(share, 0.0), 1.0)


def run_import(
    run_id: UUID, *, actor: Actor, clock: Callable[[], datetime], watch: Step | None = None
) -> Outcome:
    """Do an import that was started, and keep its record up to date. An interrupted one can be run again.

    Args:
        run_id: the import.
        actor: who does the merging.
        clock: tells the present instant; asked at the start and at the end.
        watch: also hears of progress.

    Raises:
        Problem: what ended it; the record tells the same.
    """
    run = get_import(run_id)
    _leave_behind(run)
    try:
        return _run(run, actor, clock, watch)
    finally:
        _let_go(run)


def _run(run: ImportRun, actor: Actor, clock: Callable[[], datetime], watch: Step | None) -> Outcome:
    request = _request(run)
    _note(run, state=ImportRun.State.RUNNING, stage="reading")
    try:
        errors_path = import_folder(run.pk) / "errors.csv"
        outcome = import_orders(request, errors_path, actor=actor, now=clock(), step=_progress(run, watch))
    except Problem as problem:
        state = ImportRun.State.CANCELLED if isinstance(problem, ImportCancelled) else ImportRun.State.FAILED
        _note(run, state=state, problem=_document(problem), finished_at=clock())
        raise
    except (OperationalError, InterfaceError) as error:
        _note_if_possible(run, finished_at=clock())
        raise ImportInterrupted from error
    except Exception:
        _note_if_possible(run, finished_at=clock())
        raise
    _note(
        run, state=ImportRun.State.DONE, stage="", progress=1, result=outcome.as_json(), finished_at=clock()
    )
    if not run.dry_run:
        export_after_import(clock())
        run_soon("segments.refresh_all", once=True, backfill=True)
    if not run.dry_run and import_folder(run.pk) in request.path.parents:
        request.path.unlink(
            missing_ok=True
        )  # what was uploaded is merged; the copy would only be personal data lying about
    return outcome


def _request(run: ImportRun) -> ImportRequest:
    asked = run.settings
    return ImportRequest(
        path=Path(asked["path"]),
        zone=asked["zone"],
        currency=asked["currency"],
        mapping=_mapping(asked["mapping"]),
        dry_run=run.dry_run,
        drop_repeats=asked["drop_repeats"],
    )


def may_run(run: ImportRun) -> bool:
    """Tell whether an import waits to be run, or was interrupted and can be finished."""
    interrupted = (
        run.state == ImportRun.State.FAILED and (run.problem or {}).get("code") == ImportInterrupted.code
    )
    return run.state in {ImportRun.State.WAITING, ImportRun.State.RUNNING} or interrupted


def _mapping(stored: dict[str, Any] | None) -> OrderMapping | None:
    return checked_mapping(stored["name"], stored["columns"], stored["options"]) if stored else None


def _progress(run: ImportRun, watch: Step | None) -> Step:
    told_at = -_QUIET_SECONDS

    def step(stage: str, share: float) -> None:
        nonlocal told_at
        if watch is not None:
            watch(stage, share)
        if time.monotonic() - told_at < _QUIET_SECONDS:
            return
        told_at = time.monotonic()
        _note(run, stage=stage, progress=share_done(stage, share))
        if ImportRun.objects.filter(pk=run.pk, cancel_asked=True).exists():
            raise ImportCancelled

    return step


def _leave_behind(run: ImportRun) -> None:
    """Mark imports of processes that are gone, which would seem to run for ever.

    Each living one holds a lock of its own.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [_lock_name(run)])
        for other in ImportRun.objects.filter(state=ImportRun.State.RUNNING).exclude(pk=run.pk):
            cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [_lock_name(other)])
            if cursor.fetchone()[0]:
                _note(other, state=ImportRun.State.FAILED, problem=_document(ImportInterrupted()))
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_lock_name(other)])


def _let_go(run: ImportRun) -> None:
    if connection.connection is not None and not connection.connection.closed:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [_lock_name(run)])


def _lock_name(run: ImportRun) -> str:
    return f"import {run.pk}"


def _document(problem: Problem) -> dict[str, Any]:
    return {"code": problem.code, "fields": problem.fields}


def _note(run: ImportRun, **changes: Any) -> None:
    ImportRun.objects.filter(pk=run.pk).update(**changes)


def _note_if_possible(run: ImportRun, *, finished_at: datetime) -> None:
    """Note that the import was interrupted, with a new connection where the old one is gone."""
    try:
        connection.close()
        _note(
            run, state=ImportRun.State.FAILED, problem=_document(ImportInterrupted()), finished_at=finished_at
        )
    except DatabaseError:
        return  # the record says "running" until the next import finds it
