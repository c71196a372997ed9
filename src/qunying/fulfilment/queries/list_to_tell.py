"""What members are told about their things, by the noun that writes to them."""

from datetime import datetime

from django.db.models import QuerySet

from qunying.fulfilment.models import Fulfilment

State, Way = Fulfilment.State, Fulfilment.Way


def list_sent(since: datetime) -> QuerySet[Fulfilment]:
    """Return what was sent since then and is on its way."""
    return Fulfilment.objects.filter(state=State.SENT, sent_at__gte=since).exclude(sealed_address="")


def list_unanswered(since: datetime, until: datetime) -> QuerySet[Fulfilment]:
    """Return what was asked for between two instants and whose member has not said where it shall go."""
    waits = Fulfilment.objects.filter(state=State.TO_SEND, way=Way.OPEN)
    return waits.filter(requested_at__gte=since, requested_at__lte=until)


def list_uncollected(now: datetime) -> QuerySet[Fulfilment]:
    """Return what members wanted to pick up and is still there after its due time."""
    waits = Fulfilment.objects.filter(state=State.TO_SEND, way=Way.PICKUP, due_at__lte=now)
    return waits.select_related("place")
