"""Say who is on duty."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.communities.models import Duty
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class DutyInvalid(Problem):
    """Neither a weekday nor a day, or nobody of the staff."""

    code = "duty_invalid"
    kind = Kind.INVALID
    message = _("Choose a person of the staff, and either a weekday or a day.")


@action
def set_duty(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    person_id: UUID | None,
    community_id: UUID | None = None,
    weekday: int | None = None,
    day: date | None = None,
) -> None:
    """Put a person on duty every week on a weekday, or on one day instead of whoever that would be.

    Args:
        person_id: who; None takes back what was said.
        community_id: where; None for every community without somebody of its own.
        weekday: 0 = Monday … 6 = Sunday.

    Raises:
        DutyInvalid, CommunityNotFound.
    """
    if (weekday is None) == (day is None) or (weekday is not None and not 0 <= weekday <= 6):
        raise DutyInvalid
    community = get_community(community_id) if community_id else None
    slot: dict[str, Any] = {"community": community, "weekday": weekday, "day": day}
    if person_id is None:
        Duty.objects.filter(**slot).delete()
        return
    person = find_staff(person_id)
    if person is None:
        raise DutyInvalid
    Duty.objects.update_or_create(**slot, defaults={"person": person})
