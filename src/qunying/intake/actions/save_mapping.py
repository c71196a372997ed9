"""A mapping of columns is kept under a name."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.intake.models import ImportMapping
from qunying.intake.orders.mapping import BadMapping, checked_mapping, ready_options
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def save_mapping(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    columns: Mapping[str, str],
    options: Mapping[str, Any] | None = None,
) -> int:
    """Keep a mapping for the next files of the same kind; one of the same name is replaced.

    Args:
        name: up to 80 characters; not the name of a ready mapping.
        columns: field → header.
        options: see ``intake.orders.mapping.Options``.

    Raises:
        BadMapping, BadText: when it makes no sense by itself.
    """
    plain = checked_text(name, field="name", max_length=80)
    if ready_options(plain) is not None:
        raise BadMapping(reason=str(_("“{name}” is the name of a ready mapping")).format(name=plain))
    checked = checked_mapping(plain, columns, options or {}).as_json()
    mapping, _new = ImportMapping.objects.update_or_create(
        name=plain, defaults={"columns": checked["columns"], "options": checked["options"], "changed_at": now}
    )
    return mapping.pk
