"""How a community did in a period: growth, activity and sales of its members."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

import ibis

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.models import GroupMember
from qunying.communities.queries.list_members_of import list_members_of
from qunying.kernel.clock import day_end, day_start
from qunying.stream.lake import Analysis
from qunying.stream.money import in_currency

SALES = ("order_paid", "order_amended", "order_refunded")
BY_MEMBERS = (*SALES[:1], "coupon_claimed", "coupon_redeemed", "message_clicked", "community_joined")


@dataclass(frozen=True)
class CommunitySummary:
    """Figures of the local days of a period.

    Attributes:
        people: how many were in at its end.
        members: how many of them are known members.
        joined, left: people who came and went in it.
        active: known members who ordered, claimed, redeemed or clicked in it.
        buyers: known members who ordered in it.
        orders: their orders.
        sales_minor: what they paid less what was refunded to them, in minor units.
        sources: people who came in it, by source.
    """

    people: int
    members: int
    joined: int
    left: int
    active: int
    buyers: int
    orders: int
    sales_minor: int
    sources: dict[str, int]


def summarise_community(
    analysis: Analysis, community_id: UUID, *, start: date, end: date, zone: str
) -> CommunitySummary:
    """Return the figures of a community for the local days ``start`` to ``end``, both included.

    Sales are those of the people who were in at the end of the period, wherever they bought.
    """
    opening, closing = day_start(start, zone), day_end(end, zone)
    stays = GroupMember.objects.filter(community_id=community_id)
    joined = stays.filter(joined_at__gte=opening, joined_at__lt=closing)
    present = stays.filter(joined_at__lt=closing).exclude(left_at__lt=closing)
    members = list_members_of([community_id], at=closing)
    sources: dict[str, int] = {}
    for source in joined.values_list("source", flat=True):
        sources[source] = sources.get(source, 0) + 1
    return CommunitySummary(
        people=present.count(),
        members=len(members),
        joined=joined.count(),
        left=stays.filter(left_at__gte=opening, left_at__lt=closing).count(),
        sources=dict(sorted(sources.items(), key=lambda item: -item[1])),
        **_behaviour(analysis, members, start, end, zone),
    )


def _behaviour(analysis: Analysis, members: list[UUID], start: date, end: date, zone: str) -> dict[str, int]:
    ours = ibis.memtable({"member_id": [str(member) for member in members]}, schema={"member_id": "string"})
    events = in_currency(analysis.events, get_brand().currency)
    events = events.filter(events.name.isin({*SALES, *BY_MEMBERS})).semi_join(ours, "member_id")
    day = analysis.local_time(events.occurred_at, zone).date()
    events = events.filter(day.between(ibis.literal(start), ibis.literal(end)))
    ordered = events.name == "order_paid"
    figures = events.aggregate(
        active=events.member_id.nunique(where=events.name.isin(BY_MEMBERS)),
        buyers=events.member_id.nunique(where=ordered),
        orders=events.count(where=ordered),
        sales_minor=events.amount.sum(where=events.name.isin(SALES)).fill_null(0),
    )
    return {
        name: int(value) for name, value in analysis.connection.to_pyarrow(figures).to_pylist()[0].items()
    }
