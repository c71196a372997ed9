"""What a member does to something once: likes it, gets their own link to it."""

from typing import Any
from uuid import UUID

from django.db.models import Manager, Model

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.members.queries.get_member import list_own_ids


def write_once[Row: Model](
    rows: Manager[Row], member_id: UUID, *, about: dict[str, Any], first: dict[str, Any], guard: str
) -> tuple[Row, bool]:
    """Write the one row that a member has about something, and return it and whether it is new.

    The unique row decides, not a look beforehand: whoever comes at once gets the same row, and it is new to one of them.

    Args:
        rows: a table that is unique in ``member`` and the fields of ``about``.
        member_id: the member; a row under an id that was merged into theirs is theirs.
        about: what it is about.
        first: what else a new row says.
        guard: the name by which the twin of the race test switches this off.
    """
    own = rows.filter(member__in=list_own_ids(member_id), **about)
    found = own.first()
    if disabled_guard(f"{guard}.once"):
        failpoint(f"{guard}.looked")
        new = rows.model(member_id=member_id, **about, **first)
        rows.bulk_create([new], ignore_conflicts=True)
        return own.get(), found is None
    if found is not None:
        return found, False
    return rows.get_or_create(**about, member_id=member_id, defaults=first)
