"""Applications for a product trial, its reports, and those that are overdue."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet

from qunying.activities.kinds.trial import SAMPLE, TrialSettings
from qunying.activities.models import Activity, Award, Participation, TrialReport


def list_applications(activity_id: UUID) -> QuerySet[Participation]:
    """Return who applied."""
    return Participation.objects.filter(activity_id=activity_id)


def list_reports(activity_id: UUID, state: str = "") -> QuerySet[TrialReport]:
    """Return the reports of a trial."""
    found = TrialReport.objects.filter(activity_id=activity_id)
    return found.filter(state=state) if state else found


def list_overdue(activity: Activity, now: datetime) -> QuerySet[Award]:
    """Return who got the product and has not reported in time."""
    settings = TrialSettings.model_validate(activity.settings)
    before = now - timedelta(days=settings.report_days)
    return Award.objects.filter(activity=activity, prize=SAMPLE, won_at__lt=before, report=None)
