"""Quarantined events that nobody needs any more."""

from datetime import datetime, timedelta

from django.db.models import Q

from qunying.intake.models import QuarantinedEvent
from qunying.intake.reported.shape import MAX_AGE

KEPT_AFTER_REPLAY = timedelta(days=30)


def forget_settled(now: datetime) -> int:
    """Delete events replayed more than 30 days ago, and those too old by now to be ever taken; return how many."""
    settled = Q(resolved_at__lt=now - KEPT_AFTER_REPLAY)
    hopeless = Q(resolved_at=None, received_at__lt=now - MAX_AGE)
    return QuarantinedEvent.objects.filter(settled | hopeless).delete()[0]
