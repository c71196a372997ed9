"""The health of communities as every door shows it."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from qunying.communities.models import Community
from qunying.communities.queries.measure_health import Health, measure_health
from qunying.engines.community_health import rank_by_score
from qunying.stream.lake import open_analysis

COUNTS = (
    "people",
    "members",
    "joined",
    "left",
    "active",
    "messages",
    "speakers",
    "reply_minutes",
    "gini",
    "buyers",
)


@dataclass(frozen=True)
class HealthReport:
    """A community and its health in a period."""

    community: Community
    start: date
    end: date
    health: Health

    def as_dict(self) -> dict[str, Any]:
        """Return it flat, as programs get it."""
        health = self.health
        return {
            "community_id": self.community.id,
            "name": self.community.name,
            "start": self.start,
            "end": self.end,
            "score": health.score.total,
            "known": health.score.known,
            "level": health.score.level,
            "outlook": health.outlook.state,
            "signs": [asdict(sign) for sign in health.outlook.signs],
            "parts": [asdict(part) for part in health.score.parts],
            **{name: getattr(health.figures, name) for name in COUNTS},
            "top_share": health.top_share,
            "orders": health.orders,
            "sales_minor": health.sales_minor,
            "sales_per_member_minor": health.sales_per_member_minor,
            "sources": dict(health.sources),
            "sentiment": health.sentiment,
        }


def report_health(
    *, start: date, end: date, zone: str, community_id: UUID | None = None
) -> list[HealthReport]:
    """Return the health of one community, or of all that are not closed, the weakest first."""
    chosen = Community.objects.select_related("platform")
    chosen = chosen.filter(pk=community_id) if community_id else chosen.exclude(state=Community.State.CLOSED)
    communities = list(chosen.order_by("name"))
    with open_analysis() as analysis:
        measured = measure_health(
            analysis, [community.id for community in communities], start=start, end=end, zone=zone
        )
    reports = [HealthReport(community, start, end, measured[community.id]) for community in communities]
    return [reports[place] for place in rank_by_score([report.health.score for report in reports])]
