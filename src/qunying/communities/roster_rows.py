"""One person of a roster, and what can be wrong with it."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember

# Clocks of platforms may run a little ahead of ours; what is later than that is a mistake.
AHEAD = timedelta(minutes=10)


@dataclass(frozen=True, kw_only=True)
class RosterRow:
    """One person of a roster: their id on the platform and whatever else it says; empty is not said."""

    platform_user_id: str
    nickname: str = ""
    role: str = ""
    source: str = ""
    invited_by: str = ""
    joined_at: datetime | None = None
    left_at: datetime | None = None
    identities: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Fault:
    """What is wrong with a row, and in which field."""

    field: str
    reason: str | Promise


def find_fault(row: RosterRow, now: datetime) -> Fault | None:
    """Return the first thing that cannot be, or None."""
    if not row.platform_user_id.strip():
        return Fault("platform_user_id", _("it does not say who the person is"))
    if row.role and row.role not in GroupMember.Role.values:
        return Fault("role", _("there is no such role"))
    for name, moment in (("joined_at", row.joined_at), ("left_at", row.left_at)):
        if moment is not None and moment > now + AHEAD:
            return Fault(name, _("it lies in the future"))
    if row.joined_at is not None and row.left_at is not None and row.left_at < row.joined_at:
        return Fault("left_at", _("nobody leaves before joining"))
    return None
