"""What staff did: actions with their answers, and every change of a tracked row with its old and new values."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import pghistory.models
from django.apps import apps

from qunying.accounts.models import ApiKey, User
from qunying.kernel.models import Command
from qunying.kernel.paging import Page, cut_page


@dataclass(frozen=True)
class RowChange:
    """One change of one row, written by a trigger whoever made it."""

    at: datetime
    actor: str
    kind: str
    record: str
    changes: dict[str, Any]


def list_commands(
    *, action: str = "", actor: str = "", cursor: str | None = None, size: int = 50
) -> Page[Command]:
    """Return commands newest first, of an action id prefix or an actor key when given."""
    rows = Command.objects.all()
    if action:
        rows = rows.filter(action__startswith=action)
    if actor:
        rows = rows.filter(actor=actor)
    return cut_page(rows, order_by="-created_at", cursor=cursor, size=size)


def list_row_changes(*, size: int = 100) -> list[RowChange]:
    """Return the latest changes of tracked rows, newest first."""
    events = pghistory.models.Events.objects.order_by("-pgh_created_at")[:size]
    names = name_actors({str((event.pgh_context or {}).get("user") or "") for event in events})
    return [
        RowChange(
            at=event.pgh_created_at,
            actor=names.get(str((event.pgh_context or {}).get("user") or ""), ""),
            kind=event.pgh_label,
            record=f"{_title(event.pgh_obj_model)} {event.pgh_obj_id}",
            changes=event.pgh_diff or {},
        )
        for event in events
    ]


def _title(model: str | None) -> str:
    return str(apps.get_model(model)._meta.verbose_name) if model else ""


def name_actors(keys: set[str]) -> dict[str, str]:
    """Return readable names for actor ids and keys (``staff:…``, ``key:…`` or a plain user id)."""
    ids: dict[str, UUID] = {}
    for key in keys:
        try:
            ids[key] = UUID(key.split(":", 1)[-1])
        except ValueError:
            continue
    people = {user.id: str(user) for user in User.objects.filter(pk__in=ids.values())}
    programs = {key.id: key.name for key in ApiKey.objects.filter(pk__in=ids.values())}
    return {key: people.get(id_) or programs.get(id_) or key for key, id_ in ids.items()}
