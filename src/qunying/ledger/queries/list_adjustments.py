"""Corrections by hand, to be posted by a second person or posted."""

from django.db.models import QuerySet

from qunying.ledger.models import Adjustment


def list_adjustments(state: str = "") -> QuerySet[Adjustment]:
    """Return corrections by hand; order them by ``-proposed_at`` for newest first."""
    adjustments = Adjustment.objects.all()
    return adjustments.filter(state=state) if state else adjustments
