"""The events that were set aside."""

from django.db.models import Count

from qunying.intake.models import QuarantinedEvent
from qunying.kernel.paging import Page, cut_page


def list_quarantined(
    *, reason: str | None = None, cursor: str | None = None, size: int = 50
) -> Page[QuarantinedEvent]:
    """Return one page of the events that wait in quarantine, newest first."""
    waiting = QuarantinedEvent.objects.filter(resolved_at=None)
    if reason:
        waiting = waiting.filter(reason=reason)
    return cut_page(waiting, order_by="-id", cursor=cursor, size=size)


def count_quarantined() -> dict[str, int]:
    """Return how many events wait, by reason."""
    waiting = QuarantinedEvent.objects.filter(resolved_at=None).order_by("reason")
    return dict(waiting.values_list("reason").annotate(count=Count("id")))
