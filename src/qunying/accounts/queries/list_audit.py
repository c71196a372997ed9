"""What staff did: actions with their answers, and every change of a tracked row with its old and new values."""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pghistory.models
from django.apps import apps
from django.db import models
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from qunying.accounts.actions.sign_in import Way
from qunying.accounts.models import ApiKey, User
from qunying.accounts.powers import name_permission
from qunying.accounts.queries.get_brand import get_brand
from qunying.accounts.record_names import FIELD_NAMES, RECORD_NAMES
from qunying.kernel.models import Command
from qunying.kernel.paging import Page, cut_page

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d")
_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_SECRETS = {"sealed_secret", "secret_hash", "name_salt"}
_ACTOR = re.compile(rf"(staff|key):{_ID.pattern}|system:\w+")


@dataclass(frozen=True)
class RowChange:
    """One change of one row, written by a trigger whoever made it; action is what they did, where that is known."""

    at: datetime
    actor: str
    action: str
    kind: str
    record: str
    changes: dict[str | SafeString, list[str]]


def list_commands(
    *,
    action: str = "",
    actor: str = "",
    by_itself: bool = True,
    cursor: str | None = None,
    size: int = 50,
) -> Page[Command]:
    """Return commands newest first.

    Args:
        action: only those whose action id begins with this.
        actor: only those of this actor key.
        by_itself: also what the installation did by itself, in jobs and reactions.
        cursor: what the page before gave.
        size: rows on a page.
    """
    rows = Command.objects.all()
    if not by_itself:
        rows = rows.exclude(actor__startswith="system:")
    if action:
        rows = rows.filter(action__startswith=action)
    if actor:
        rows = rows.filter(actor=actor)
    return cut_page(rows, order_by="-created_at", cursor=cursor, size=size)


def describe_sign_in(command: Command) -> str:
    """Return how and from where somebody signed in or out, in words; empty for anything else that was done."""
    answer = command.answer if command.action in {"accounts.sign_in", "accounts.sign_out"} else None
    if not answer:
        return ""
    ways = {
        Way.LINK: _("a link"),
        Way.PASSWORD: _("a password"),
        Way.CODE: _("a code of the second factor"),
        Way.RECOVERY_CODE: _("a recovery code"),
    }
    shown = [ways[Way(way)] for way in answer.get("ways", [])]
    return " · ".join([*shown, answer["address"]])


def list_row_changes(*, size: int = 100) -> list[RowChange]:
    """Return the latest changes of tracked rows, newest first."""
    events = list(pghistory.models.Events.objects.order_by("-pgh_created_at")[:size])
    contexts = [event.pgh_context or {} for event in events]
    actors = [_actor_in(context) for context in contexts]
    names, records = name_actors(set(actors)), _name_records(events)
    return [
        RowChange(
            at=event.pgh_created_at,
            actor=names[actor],
            action=name_permission(str(context.get("action", ""))),
            kind=event.pgh_label,
            record=records.get((event.pgh_obj_model, str(event.pgh_obj_id)), ""),
            changes=_describe(event.pgh_obj_model, event.pgh_diff or {}),
        )
        for event, context, actor in zip(events, contexts, actors, strict=True)
    ]


def _actor_in(context: Mapping[str, Any]) -> str:
    """Return who the trigger noted; old notes name a user of the console."""
    return str(context.get("actor") or context.get("user") or "")


def _name_records(events: Iterable[Any]) -> dict[tuple[str, str], str]:
    """Return what each changed record is called today: its kind, and its name while it exists."""
    keys: dict[str, set[str]] = defaultdict(set)
    for event in events:
        keys[event.pgh_obj_model].add(str(event.pgh_obj_id))
    named: dict[tuple[str, str], str] = {}
    for label, ids in keys.items():
        model: Any = apps.get_model(label)
        title = title_of(model)
        found = {str(record.pk): str(record) for record in model.objects.filter(pk__in=ids)}
        named |= {(label, key): f"{title} · {found.get(key, key[:8])}" for key in ids}
    return named


def _describe(label: str, changes: Mapping[str, Sequence[Any]]) -> dict[str | SafeString, list[str]]:
    """Return old and new values in words, by the fields' titles; what is secret is not shown."""
    described: dict[str | SafeString, list[str]] = {}
    for name, values in changes.items():
        field = next(
            (one for one in apps.get_model(label)._meta.fields if name in {one.name, one.attname}), None
        )
        title = field_title(field) if field else ""
        words = dict(getattr(field, "flatchoices", []))
        shown = [str(words.get(value, "")) or _in_words(value) for value in values]
        described[title or format_html("<code>{}</code>", name)] = ["•••"] * 2 if name in _SECRETS else shown
    return described


def title_of(model: type[models.Model]) -> str:
    """Return what people call a record of a model."""
    named = RECORD_NAMES.get(model._meta.label)
    return str(named or model._meta.verbose_name)


def field_title(field: Any) -> str:
    """Return what people call a field of a tracked record; empty for one that nobody has named."""
    named = field.verbose_name if isinstance(field.verbose_name, Promise) else FIELD_NAMES.get(field.name, "")
    return str(named)


def _in_words(value: Any) -> str:
    """Return a value of a row as people read it."""
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return str(_("yes") if value else _("no"))
    text = str(value)
    if _INSTANT.match(text):
        return f"{datetime.fromisoformat(text).astimezone(ZoneInfo(get_brand().zone)):%Y-%m-%d %H:%M}"
    if _ACTOR.fullmatch(text):
        return name_actors({text})[text]
    return text[:8] if _ID.fullmatch(text) else text


def name_actors(keys: set[str]) -> dict[str, str]:
    """Return readable names for actor keys (``staff:…``, ``key:…``, ``member:…``, ``system:…``) and plain user ids."""
    ids: dict[str, UUID] = {}
    for key in keys:
        if key.startswith("member:"):
            continue
        try:
            ids[key] = UUID(key.split(":", 1)[-1])
        except ValueError:
            continue
    people = {user.id: str(user) for user in User.objects.filter(pk__in=ids.values())}
    programs = {key.id: key.name for key in ApiKey.objects.filter(pk__in=ids.values())}
    named = {key: people.get(id_) or programs.get(id_) for key, id_ in ids.items()}
    return {key: named.get(key) or _name_other(key) for key in keys}


def _name_other(key: str) -> str:
    """Return the name of an actor who is neither on the staff nor a program with a key."""
    kind = key.partition(":")[0]
    return str(
        {"": _("Qunying itself"), "system": _("Qunying itself"), "member": _("a member")}.get(kind, key)
    )
