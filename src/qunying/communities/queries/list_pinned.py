"""What is pinned in a community: its topics and notices, as members read them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.models import Community, Notice
from qunying.communities.service.wording import filled
from qunying.kernel.clock import local_day


@dataclass(frozen=True)
class PinnedNotice:
    """A pinned notice: what kind it is, its filled text, and when it is due next if it comes again."""

    notice_id: UUID
    kind: str
    kind_title: str
    title: str
    text: str
    next_at: datetime | None


def list_pinned(community: Community, now: datetime) -> list[PinnedNotice]:
    """Return what is pinned in a community and runs today, what is its own first, then the latest.

    Order reports are left out: their text exists only when they are due.
    """
    day = local_day(now, get_brand().zone)
    pinned = Notice.objects.filter(
        Q(community=community) | Q(community=None),
        Q(last_day=None) | Q(last_day__gte=day),
        is_pinned=True,
        is_active=True,
        first_day__lte=day,
    ).exclude(kind=Notice.Kind.REPORT)
    ordered = sorted(pinned.order_by("-first_day", "title"), key=lambda notice: notice.community_id is None)
    return [
        PinnedNotice(
            notice_id=notice.pk,
            kind=notice.kind,
            kind_title=notice.get_kind_display(),
            title=notice.title,
            text=filled(notice.text, community, now),
            next_at=notice.next_at,
        )
        for notice in ordered
    ]
