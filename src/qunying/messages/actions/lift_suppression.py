"""Let members be contacted again."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import list_ids_of
from qunying.members.queries.resolve_members import present_ids
from qunying.messages.models import Suppression


@dataclass(frozen=True)
class Lifted:
    """How many suppressions ended."""

    suppressions: int


@action
def lift_suppression(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    scope: str,
    reason: str,
    origin: str = "",
    member_ids: list[UUID] | None = None,
) -> Lifted:
    """End what :func:`suppress` began with the same scope, reason and origin; the row stays, with the time.

    Args:
        scope: as given to ``suppress``.
        reason: as given to ``suppress``.
        origin: as given to ``suppress``.
        member_ids: for whom, under any of their ids; None means for all.
    """
    rows = Suppression.objects.filter(scope=scope, cause=reason, origin=origin, lifted_at=None)
    if member_ids is not None:
        people = set(present_ids(member_ids).values())
        rows = rows.filter(member_id__in=list_ids_of(people))
    return Lifted(rows.update(lifted_at=now))
