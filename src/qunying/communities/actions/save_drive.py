"""Plan a recruitment drive, or change it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.models import RecruitmentDrive
from qunying.communities.profile import MAX_CAPACITY, CommunityFieldInvalid
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text

MOST_COST = 10**12


class DriveNotFound(Problem):
    """There is no such drive in the community."""

    code = "recruitment_drive_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such recruitment drive.")


@dataclass(frozen=True)
class DriveSaved:
    """The drive."""

    drive_id: UUID


@action
def save_drive(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    source: str,
    start: date,
    end: date,
    target: int,
    cost_minor: int = 0,
    note: str = "",
    drive_id: UUID | None = None,
) -> DriveSaved:
    """Plan that people are won from a source on local days, both included.

    Args:
        source: as it is spelled on the join link or live code; who joins with it counts.
        target: people to win.
        cost_minor: what it costs, in minor units.
        drive_id: the drive to change; none makes a new one.

    Raises:
        CommunityNotFound, DriveNotFound: when there is none.
        CommunityFieldInvalid: when the days are in the wrong order or a number is impossible.
        BadText: when source or note cannot be.
    """
    community = get_community(community_id)
    if start > end:
        raise CommunityFieldInvalid(field="end", value=end.isoformat())
    if not 1 <= target <= MAX_CAPACITY:
        raise CommunityFieldInvalid(field="target", value=target)
    if not 0 <= cost_minor <= MOST_COST:
        raise CommunityFieldInvalid(field="cost_minor", value=cost_minor)
    fields = {
        "source": checked_text(source, field="source", max_length=100),
        "note": checked_text(note, field="note", max_length=300, may_be_empty=True),
        "start": start,
        "end": end,
        "target": target,
        "cost_minor": cost_minor,
    }
    if drive_id is None:
        return DriveSaved(RecruitmentDrive.objects.create(community=community, **fields).id)
    drive = RecruitmentDrive.objects.filter(pk=drive_id, community=community).first()
    if drive is None:
        raise DriveNotFound
    for name, value in fields.items():
        setattr(drive, name, value)
    drive.save()
    return DriveSaved(drive.id)
