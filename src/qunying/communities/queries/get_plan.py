"""What a community planned and what became of it: targets and recruitment drives."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from qunying.communities.models import CommunityTarget, RecruitmentDrive
from qunying.communities.queries.measure_health import Health, measure_health
from qunying.kernel.clock import day_end, day_start
from qunying.stream.lake import Analysis


@dataclass(frozen=True)
class Reached:
    """A target and what was reached until now; ``share`` of the target, None before it begins or for a target of 0."""

    target: CommunityTarget
    actual: float | None

    @property
    def share(self) -> float | None:
        """Actual over target."""
        if self.actual is None or not self.target.value:
            return None
        return self.actual / float(self.target.value)


@dataclass(frozen=True)
class DriveResult:
    """A recruitment drive, whom it brought, how many of them are still in, and what each one cost."""

    drive: RecruitmentDrive
    joined: int
    stayed: int

    @property
    def cost_each_minor(self) -> float | None:
        """Cost per person won; None while nobody was."""
        return self.drive.cost_minor / self.joined if self.joined else None


def list_targets(analysis: Analysis, community_id: UUID, *, today: date, zone: str) -> list[Reached]:
    """Return the targets of a community with what was reached, the latest first."""
    targets = list(CommunityTarget.objects.filter(community_id=community_id).order_by("-end", "measure"))
    measured: dict[tuple[date, date], Health] = {}
    found = []
    for target in targets:
        end = min(target.end, today)
        if target.start > end:
            found.append(Reached(target, None))
            continue
        period = (target.start, end)
        if period not in measured:
            measured[period] = measure_health(
                analysis, [community_id], start=target.start, end=end, zone=zone
            )[community_id]
        found.append(Reached(target, _actual(target.measure, measured[period])))
    return found


def _actual(measure: str, health: Health) -> float | None:
    figures = health.figures
    if measure == CommunityTarget.Measure.PEOPLE:
        return figures.people
    if measure == CommunityTarget.Measure.JOINED:
        return figures.joined
    if measure == CommunityTarget.Measure.SALES:
        return health.sales_minor
    if not figures.members:
        return None
    part = figures.active if measure == CommunityTarget.Measure.ACTIVITY_RATE else figures.buyers
    return part / figures.members


_WON = """
SELECT count(*), count(*) FILTER (WHERE left_at IS NULL) FROM communities_groupmember
WHERE community_id = %s AND source = %s AND joined_at >= %s AND joined_at < %s
"""


def list_drives(community_id: UUID, *, zone: str) -> list[DriveResult]:
    """Return the recruitment drives of a community with whom they brought, the latest first."""
    found = []
    with connection.cursor() as cursor:
        for drive in RecruitmentDrive.objects.filter(community_id=community_id).order_by("-end", "source"):
            days = (day_start(drive.start, zone), day_end(drive.end, zone))
            cursor.execute(_WON, [community_id, drive.source, *days])
            found.append(DriveResult(drive, *cursor.fetchone()))
    return found
