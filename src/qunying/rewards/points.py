"""Points on their way: finding and locking a grant, when points end, and the events that tell of them."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel import clock
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.models import PointsGrant
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent


class UnknownGrant(Problem):
    """There is no such grant of points."""

    code = "unknown_grant"
    kind = Kind.NOT_FOUND
    message = _("There is no such grant of points.")


def lock_grant(grant_id: UUID) -> PointsGrant:
    """Return a grant, its row held until the transaction ends.

    Raises:
        UnknownGrant: when there is none.
    """
    grant = PointsGrant.objects.select_for_update(no_key=True).filter(pk=grant_id).first()
    if grant is None:
        raise UnknownGrant
    return grant


def points_end(valid_days: int | None, now: datetime, zone: str) -> datetime | None:
    """Return when points that become available now end: after that many further local days, or never."""
    if valid_days is None:
        return None
    return clock.day_end(clock.local_day(now, zone) + timedelta(days=valid_days), zone)


def points_event(
    event_type: EventType,
    now: datetime,
    *,
    member_id: UUID,
    amount: int,
    campaign_id: UUID | None = None,
    order_id: UUID | None = None,
    **properties: str,
) -> NewEvent:
    """Return an event about points; the quantity is how many, negative when they go."""
    return NewEvent(
        type=event_type,
        occurred_at=now,
        received_at=now,
        member_id=member_id,
        campaign_id=campaign_id,
        order_id=order_id,
        quantity=amount,
        properties=properties,
    )
