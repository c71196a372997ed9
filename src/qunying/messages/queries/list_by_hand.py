"""Posts that wait for a person, and how many persons have posted."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Q

from qunying.messages.models import MailboxItem, Send
from qunying.messages.reasons import Reason, State


@dataclass(frozen=True)
class HandCounts:
    """Posts by hand since an instant: waiting now, posted, decided against, over before anybody posted."""

    waiting: int
    sent: int
    not_sent: int
    stale: int


def list_by_hand(community_ids: list[UUID] | None = None, size: int = 100) -> list[MailboxItem]:
    """Return the posts to be sent by hand with their texts, what is due longest first."""
    items = MailboxItem.objects.filter(send__state=State.BY_HAND).select_related("send__plan")
    if community_ids is not None:
        items = items.filter(send__community_id__in=community_ids)
    return list(items.order_by("send__due_at", "pk")[:size])


def count_by_hand(since: datetime) -> HandCounts:
    """Return what became of posts by hand; they are counted apart from what programs send."""
    sends = Send.objects.filter(channel__kind="by_hand")
    recent = Q(settled_at__gte=since)
    counts = sends.aggregate(
        waiting=Count("pk", filter=Q(state=State.BY_HAND)),
        sent=Count("pk", filter=recent & Q(reason=Reason.SENT_BY_HAND)),
        not_sent=Count("pk", filter=recent & Q(reason=Reason.NOT_SENT_BY_HAND)),
        stale=Count("pk", filter=recent & Q(state=State.DROPPED, reason=Reason.STALE)),
    )
    return HandCounts(**counts)
