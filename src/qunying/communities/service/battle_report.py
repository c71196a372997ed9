"""The order battle report: what the people of a community have just ordered, without saying who they are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from qunying.communities.models import GroupMember
from qunying.communities.queries.list_members_of import list_members_of
from qunying.members.queries.get_member import list_ids_of
from qunying.stream.models import Event

MAX_LINES = 10
PERIODS = {
    "hourly": timedelta(hours=1),
    "daily": timedelta(days=1),
    "weekly": timedelta(days=7),
    "once": timedelta(days=1),
}


@dataclass(frozen=True)
class BattleReport:
    """Orders of a community in a period: figures, and one line for each of the latest."""

    orders: int
    units: int
    buyers: int
    lines: list[str]

    def values(self, period: str) -> dict[str, str]:
        """Return the variables of the report's text."""
        return {
            "orders": str(self.orders),
            "units": str(self.units),
            "buyers": str(self.buyers),
            "lines": "\n".join(self.lines),
            "period": period,
        }


def report_orders(community_id: UUID, start: datetime, end: datetime, zone: str) -> BattleReport | None:
    """Return what members of a community ordered from ``start`` up to ``end``; None when there was nothing.

    Only orders that were reported as they happened count; imported history is no news.
    """
    people = list_ids_of(list_members_of([community_id]))
    orders = list(
        Event.objects.filter(
            name="order_paid",
            member_id__in=people,
            occurred_at__gte=start,
            occurred_at__lt=end,
            received_at__gte=start,
            backfill=False,
        ).order_by("-occurred_at", "-id")
    )
    if not orders:
        return None
    names = _names(community_id, people)
    lines = [
        _("{time} {name}: {units}").format(
            time=order.occurred_at.astimezone(ZoneInfo(zone)).strftime("%H:%M"),
            name=names.get(people[order.member_id], "**") if order.member_id else "**",
            units=_units(order.quantity or 0),
        )
        for order in orders[:MAX_LINES]
    ]
    return BattleReport(
        orders=len(orders),
        units=sum(order.quantity or 0 for order in orders),
        buyers=len({people[order.member_id] for order in orders if order.member_id}),
        lines=lines,
    )


def default_text() -> str:
    """Return the report's text where staff wrote none."""
    return _(
        "{{ community }}: order report {{ period }}\n{{ buyers }} members placed {{ orders }} orders, {{ units }} items:\n{{ lines }}"
    )


def masked_name(name: str) -> str:
    """Return a name of which only the first character is left: 王小明 → 王**."""
    return f"{name.strip()[:1]}**"


def _units(count: int) -> str:
    return ngettext("{count} item", "{count} items", count).format(count=count)


def _names(community_id: UUID, people: Mapping[UUID, UUID]) -> Mapping[UUID, str]:
    stays = GroupMember.objects.filter(community=community_id, member__in=people).select_related("member")
    return {
        people[stay.member_id]: masked_name(stay.nickname or (stay.member.name if stay.member else ""))
        for stay in stays
        if stay.member_id
    }
