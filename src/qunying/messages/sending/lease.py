"""Taking hold of due sends, so that several workers never take the same one; and letting go of what a dead
worker held.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.ids import new_id
from qunying.messages.models import Channel, Send
from qunying.messages.reasons import WAITING_STATES, Reason, State

LEASE_LASTS = timedelta(minutes=3)  # far longer than the longest call


@dataclass(frozen=True)
class Lease:
    """The sends of one channel that this worker may work on until the lease is over."""

    id: UUID
    channel: Channel
    send_ids: list[UUID]


def take_lease(channel: Channel, size: int, now: datetime) -> Lease:
    """Take up to ``size`` due sends of a channel, service messages first, passing over what others hold."""
    lease = new_id()
    due = Send.objects.filter(channel=channel, state__in=WAITING_STATES, due_at__lte=now)
    with transaction.atomic():
        unguarded = disabled_guard("messages.lease")
        rows = due if unguarded else due.select_for_update(skip_locked=True, of=("self",))
        ids = list(rows.order_by("-purpose", "due_at").values_list("pk", flat=True)[:size])
        taken = Send.objects.filter(pk__in=ids)
        taken.update(state=State.LEASED, lease=lease, leased_until=now + LEASE_LASTS)
    return Lease(lease, channel, ids)


def channels_with_due(now: datetime) -> list[Channel]:
    """Return the active channels that have sends to work on."""
    due = Send.objects.filter(state__in=WAITING_STATES, due_at__lte=now)
    return list(
        Channel.objects.filter(is_active=True, pk__in=due.values("channel_id")).order_by("kind", "id")
    )


def reap(now: datetime) -> tuple[int, int]:
    """Settle what dead workers left: leased sends wait again, calls in progress have an unknown outcome.

    Returns:
        How many wait again, how many are unknown.
    """
    over = Q(leased_until__lt=now)
    freed = Send.objects.filter(over, state=State.LEASED).update(
        state=State.PLANNED, lease=None, leased_until=None
    )
    calling = Send.objects.filter(over, state=State.CALLING)
    if disabled_guard("messages.unknown"):
        return freed, calling.update(state=State.PLANNED, lease=None, leased_until=None)
    lost = calling.update(
        state=State.UNKNOWN, reason=Reason.INTERRUPTED, settled_at=now, lease=None, leased_until=None
    )
    return freed, lost
