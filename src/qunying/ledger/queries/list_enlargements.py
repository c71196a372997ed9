"""Units that were asked for, to be added by a second person."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from qunying.ledger.models import Enlargement
from qunying.ledger.proposals import waiting


def list_enlargements(state: str = "") -> QuerySet[Enlargement]:
    """Return what was asked for, in a state or all; order by ``-proposed_at`` for newest first."""
    found = Enlargement.objects.all()
    return found.filter(state=state) if state else found


def list_waiting(now: datetime, pool_ids: Collection[UUID] | None = None) -> list[Enlargement]:
    """Return what waits for a decision, of some pools or all, the oldest first."""
    found = waiting(Enlargement, now)
    if pool_ids is not None:
        found = found.filter(pool_id__in=pool_ids)
    return list(found.order_by("proposed_at", "id")[:100])
