"""A member says when nothing shall reach them."""

from datetime import datetime, time
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.events import PREFERENCE_CHANGED
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


class HalfQuietHours(Problem):
    """One of the two times is missing, or both are the same."""

    code = "half_quiet_hours"
    kind = Kind.INVALID
    message = _("Quiet hours need two different times, from and until. Leave both empty for none.")


@action
def choose_quiet_hours(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    member_id: UUID,
    begins: time | None,
    ends: time | None,
) -> None:
    """Set the hours in which a member gets nothing that can wait, beside those of the brand.

    Args:
        begins, ends: by the brand's wall clock, through midnight where the end is earlier; None and None for none.

    Raises:
        MemberNotFound.
        HalfQuietHours: when only one is given, or both are the same.
    """
    if (begins is None) != (ends is None) or (begins is not None and begins == ends):
        raise HalfQuietHours
    member = lock_living_member(member_id)
    old = member.quiet_hours
    member.quiet_from, member.quiet_until = begins, ends
    if member.quiet_hours == old:
        return
    member.save(update_fields=["quiet_from", "quiet_until"])
    told = {"preference": "quiet_hours", "old": _written(old), "new": _written(member.quiet_hours)}
    record(
        NewEvent(
            type=PREFERENCE_CHANGED, occurred_at=now, received_at=now, member_id=member.id, properties=told
        )
    )


def _written(hours: tuple[time, time] | None) -> str:
    return f"{hours[0]:%H:%M}-{hours[1]:%H:%M}" if hours else ""
