"""The action wrapper: one command, one transaction, one stored answer.

    @action
    def claim_coupon(*, command_id: str, actor: Actor, now: datetime, template_id: UUID) -> Claimed: ...

The id of the action is its place: ``qunying.rewards.actions.claim_coupon`` is ``rewards.claim_coupon``. It is also the
permission, the log field and the audit entry. Every action takes ``command_id``, ``actor`` and ``now`` and returns what JSON can
hold (dataclasses, pydantic models, scalars, lists).
"""

import functools
import hashlib
import inspect
import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_type_hints
from uuid import uuid4

import stamina
import structlog
from django.db import OperationalError, connection, transaction
from django.utils.translation import gettext_lazy as _
from pydantic import TypeAdapter
from pydantic_core import to_jsonable_python

from qunying.kernel.actors import Actor
from qunying.kernel.models import Command
from qunying.kernel.problems import Kind, Problem

log = structlog.get_logger()

_BODIES = json.JSONEncoder(sort_keys=True, separators=(",", ":"))  # json.dumps would make one for each call
RETRIED_STATES = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock timeout

_running: ContextVar["Running | None"] = ContextVar("running_action", default=None)


class CommandReused(Problem):
    """The command id was used before, for something else."""

    code = "command_reused"
    kind = Kind.INVALID
    message = _("The idempotency key “{command_id}” was used before for another request.")


class Busy(Problem):
    """The database could not give the locks in time."""

    code = "busy"
    kind = Kind.UNAVAILABLE
    message = _("Too much is going on at once. Nothing was changed; try again in a moment.")


@dataclass(frozen=True)
class Running:
    """The action in progress: what records and audit entries written inside belong to."""

    action: str
    command_id: str
    actor: Actor
    now: datetime


type AtOnce[R] = Callable[[Running, str, Mapping[str, Any]], R | None]


@dataclass(frozen=True)
class ActionEntry:
    """What the registry knows of an action."""

    id: str
    function: Callable[..., Any]


registry: dict[str, ActionEntry] = {}


def running_action() -> Running | None:
    """Return the action in progress, if any."""
    return _running.get()


@contextmanager
def joined_actions(work: str, *, command_id: str, actor: Actor, now: datetime) -> Iterator[None]:
    """Let the actions called inside join the caller's transaction: for work that has its own run-once guard.

    Args:
        work: the name of the work, e.g. a reaction's id.
        command_id: what the guard goes by.
        actor: who acts.
        now: the present instant.
    """
    token = _running.set(Running(work, command_id, actor, now))
    try:
        with transaction.atomic():
            yield
    finally:
        _running.reset(token)


def action_id_of(function: Callable[..., Any]) -> str:
    """Return the id of an action function from its module: ``qunying.<noun>.actions.<verb>`` → ``<noun>.<verb>``."""
    parts = function.__module__.split(".")
    return f"{parts[1]}.{function.__name__}"


def action[**P, R](function: Callable[P, R]) -> Callable[P, R]:
    """Make a keyword-only function an action (see the module's text).

    The wrapper claims the command id, asks whether the actor may, runs the function inside one transaction, and stores its answer. The
    same command again waits for the first and gets the stored answer; a refusal by business rule is stored as well. An action called by
    another action joins its transaction, command and permission.
    """
    return _wrap(function, None)


def hot_action[**P, R](at_once: AtOnce[R]) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Make a function an action that is usually done by other means: in one statement, with its command row.

    Args:
        at_once: gets the running command, the hash of its body and the arguments. It does all that the plain
            function and the wrapper would do and returns the answer, or changes nothing and returns None; then
            the plain function decides. It is not asked when the actor may not, nor inside another action.
    """
    return lambda function: _wrap(function, at_once)


def _wrap[**P, R](function: Callable[P, R], at_once: AtOnce[R] | None) -> Callable[P, R]:
    action_id = action_id_of(function)
    registry[action_id] = ActionEntry(action_id, function)

    @functools.wraps(function)
    def wrapper(*args: P.args, **arguments: P.kwargs) -> R:
        if args:
            raise TypeError(f"{action_id} takes keyword arguments only")
        outer = _running.get()
        if outer is not None:
            with transaction.atomic():
                return function(**arguments)  # type: ignore[call-arg]
        return _run(action_id, function, arguments, at_once)

    return wrapper


def _run[R](
    action_id: str, function: Callable[..., R], arguments: dict[str, Any], at_once: AtOnce[R] | None
) -> R:
    running = Running(action_id, arguments["command_id"], arguments["actor"], arguments["now"])
    body_hash = body_hash_of(action_id, arguments)
    if at_once is not None and running.actor.may(action_id):
        quick = at_once(running, body_hash, arguments)
        if quick is not None:
            log.info("action", action=running.action, actor=running.actor.key, command=running.command_id)
            return quick
    outcome = retried(lambda: _attempt(running, function, arguments, body_hash))
    if isinstance(outcome, Problem):
        raise outcome
    return outcome


def retried[T](attempt_once: Callable[[], T]) -> T:
    """Do something that is one transaction, again when the database let go of it for want of a lock.

    Raises:
        Busy: the locks did not come in time.
    """
    try:
        for attempt in stamina.retry_context(
            on=_is_transient, attempts=5, wait_initial=0.02, wait_max=0.5, timeout=20
        ):
            with attempt:
                return attempt_once()
    except OperationalError as error:
        if _is_transient(error):
            raise Busy from error
        raise
    raise AssertionError("a retry either returns or raises")


def _attempt[R](
    running: Running, function: Callable[..., R], arguments: dict[str, Any], body_hash: str
) -> R | Problem:
    """Run once in one transaction; a refusal by business rule comes back as a value so that it is committed."""
    answers: TypeAdapter[R] = answer_type(function)
    with transaction.atomic(durable=True):
        row_id = _claim(running, body_hash)
        if row_id is None:
            return _stored_answer(running, body_hash, answers)
        running.actor.require(running.action)
        token = _running.set(running)
        try:
            with transaction.atomic():
                answer: R | Problem = function(**arguments)
        except Problem as problem:
            if not problem.kind.is_refusal:
                raise
            answer = problem
        finally:
            _running.reset(token)
        if isinstance(answer, Problem):
            refusal = {"code": answer.code, "fields": storable(answer.fields)}
            Command.objects.filter(pk=row_id).update(refusal=to_jsonable_python(refusal))
        else:
            Command.objects.filter(pk=row_id).update(answer=answers.dump_python(answer, mode="json"))
    log.info("action", action=running.action, actor=running.actor.key, command=running.command_id)
    return answer


def storable(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return a problem's fields without what PostgreSQL cannot keep (NUL, halves of characters)."""
    return {
        name: value.replace("\0", "\ufffd").encode(errors="replace").decode()
        if isinstance(value, str)
        else value
        for name, value in fields.items()
    }


def _claim(running: Running, body_hash: str) -> int | None:
    """Take the command id, waiting for whoever holds it; None when it was used before.

    The triggers that keep the history of tracked rows (pghistory) note, until the transaction ends, who changes them by which command.
    """
    names = {"actor": running.actor.key, "command_id": running.command_id, "action": running.action}
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO kernel_command (actor, command_id, action, body_hash, created_at) VALUES (%s, %s, %s, %s, %s)"
            " ON CONFLICT (actor, command_id) DO NOTHING RETURNING id,"
            " set_config('pghistory.context_id', %s, true), set_config('pghistory.context_metadata', %s, true)",
            [*names.values(), body_hash, running.now, str(uuid4()), json.dumps(names)],
        )
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _stored_answer[R](running: Running, body_hash: str, answers: TypeAdapter[R]) -> R | Problem:
    stored = Command.objects.get(actor=running.actor.key, command_id=running.command_id)
    if stored.action != running.action or stored.body_hash != body_hash:
        raise CommandReused(command_id=running.command_id)
    if stored.refusal is not None:
        return Problem.by_code[stored.refusal["code"]](**stored.refusal["fields"])
    return answers.validate_python(stored.answer, strict=False)


def stored_form(function: Callable[..., Any], answer: object) -> Any:
    """Return an answer of an action as its command row keeps it."""
    return answer_type(function).dump_python(answer, mode="json")


@functools.cache
def answer_type(function: Callable[..., Any]) -> TypeAdapter[Any]:
    """Return what reads and writes the answers of an action."""
    hints = get_type_hints(function)
    if "return" not in hints:
        raise TypeError(f"{function.__qualname__} does not say what it returns")
    return TypeAdapter(hints["return"])


def body_hash_of(action_id: str, arguments: Mapping[str, Any]) -> str:
    """Return what tells whether a command id is used again for the same."""
    body = {name: value for name, value in arguments.items() if name not in {"command_id", "actor", "now"}}
    text = _BODIES.encode([action_id, to_jsonable_python(body)])
    return hashlib.sha256(text.encode()).hexdigest()


def _is_transient(error: Exception) -> bool:
    cause = error.__cause__
    return isinstance(error, OperationalError) and getattr(cause, "sqlstate", None) in RETRIED_STATES


def action_parameters(action_id: str) -> inspect.Signature:
    """Return the signature of a registered action, for checks that walk over all of them."""
    return inspect.signature(registry[action_id].function)
