"""The API's health of communities, and how they overlap."""

from datetime import date
from typing import Annotated
from uuid import UUID

from ninja import Query, Router

from qunying.accounts.queries.get_brand import get_analysis_time, get_brand
from qunying.communities.doors.health_shapes import HealthList, HealthOut, OverlapsOut
from qunying.communities.health_report import HealthReport, report_health
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.list_overlaps import get_spread, list_members_in_many, list_overlaps
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.web import ApiRequest
from qunying.kernel.wire import Day

router = Router()


@router.get("/communities/health", response=HealthList, operation_id="communities.list_health")
def list_all(request: ApiRequest, start: Day | None = None, end: Day | None = None) -> object:
    """Return the health of all open communities, the weakest first; by default of the last 30 days."""
    request.actor.require("communities.view")
    return {"items": [row.as_dict() for row in _report(start, end)]}


@router.get("/communities/overlaps", response=OverlapsOut, operation_id="communities.list_overlaps")
def overlaps(request: ApiRequest, too_many: Annotated[int, Query(ge=2, le=1000)] = 5) -> object:
    """Return how communities overlap, members in none, and members in too many."""
    request.actor.require("communities.view")
    spread = get_spread()
    return {
        "members": spread.members,
        "in_none": spread.in_none,
        "by_number": spread.by_number,
        "pairs": list_overlaps()[:1000],
        "in_too_many": list_members_in_many(least=too_many, limit=200),
    }


@router.get(
    "/communities/{community_id}/health", response=HealthOut, operation_id="communities.measure_health"
)
def one(request: ApiRequest, community_id: UUID, start: Day | None = None, end: Day | None = None) -> object:
    """Return the health of one community."""
    request.actor.require("communities.view")
    get_community(community_id)
    return _report(start, end, community_id)[0].as_dict()


def _report(start: date | None, end: date | None, community_id: UUID | None = None) -> list[HealthReport]:
    zone = get_brand().zone
    last = end or local_day(get_analysis_time(clock.now()), zone)
    first = start or date.fromordinal(max(last.toordinal() - 29, 1))
    return report_health(start=min(first, last), end=last, zone=zone, community_id=community_id)
