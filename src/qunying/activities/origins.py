"""What activities gave or took points for, so that a statement leads to the activity."""

from collections.abc import Collection, Mapping
from uuid import UUID

from qunying.activities.models import Activity, Award, TrialReport
from qunying.rewards.origins import Source, register_origins


def _source(activity: Activity) -> Source:
    return Source(activity.title, "activities.activity", activity.id, "activities.play")


def _find(member_ids: Collection[UUID], ids: Collection[UUID]) -> Mapping[UUID, Source]:
    """Return the activities of prizes and of reports about a product that were given by these."""
    awards = Award.objects.filter(member_id__in=member_ids, reference__in=ids).select_related("activity")
    found = {award.reference: _source(award.activity) for award in awards if award.reference}
    left = set(ids) - set(found)
    reports = TrialReport.objects.filter(member_id__in=member_ids, grant_id__in=left)
    return found | {
        report.grant_id: _source(report.activity)
        for report in reports.select_related("activity")
        if report.grant_id
    }


def register() -> None:
    """Let statements ask activities."""
    register_origins(_find)
