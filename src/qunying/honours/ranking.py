"""Leaderboards: the present periods, who may stand on them, and writing them anew."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from ibis.expr import types as ir

from qunying.accounts.queries.get_brand import get_brand
from qunying.communities.queries.get_community import list_communities
from qunying.honours.counting import score
from qunying.honours.measures import SHIPPED, Measure, Weight
from qunying.honours.models import Formula, Ranking, RankingChoice
from qunying.kernel.clock import local_day
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.members.queries.list_existing import list_existing
from qunying.members.queries.resolve_members import resolve_members
from qunying.stream.lake import Analysis

MOST = 5_000  # places that are kept of each leaderboard


def get_weights() -> dict[Measure, Weight]:
    """Return the formula in force."""
    row = Formula.objects.filter(pk=1).first()
    if row is None:
        return dict(SHIPPED)
    return {Measure(name): Weight(*pair) for name, pair in row.weights.items()}


def first_day(period: str, now: datetime) -> date | None:
    """Return the first day of the week (a Monday) or month that runs now; None for all time."""
    today = local_day(now, get_brand().zone)
    if period == Ranking.Period.WEEK:
        return date.fromordinal(today.toordinal() - today.weekday())
    return today.replace(day=1) if period == Ranking.Period.MONTH else None


def rank_anew(analysis: Analysis, acts: ir.Table, now: datetime) -> int:
    """Write every leaderboard anew and return how many places were written.

    Left out are accounts of staff, and who does not want to stand there. Who has lost their rank by a penalty is left out when the
    leaderboard is read: a penalty begins and ends between two writings.
    """
    weights = get_weights()
    known = {each.community.pk for each in list_communities()}
    rows: list[Ranking] = []
    for period in Ranking.Period:
        since = first_day(period, now)
        boards = score(analysis, acts, weights, since=since, by_community=False)
        boards |= score(analysis, acts, weights, since=since, by_community=True)
        for community_id, members in boards.items():
            if community_id is None or community_id in known:
                rows += _places(period, community_id, members, now)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM honours_ranking")
    Ranking.objects.bulk_create(rows, batch_size=2_000)
    return len(rows)


def _places(
    period: str, community_id: UUID | None, members: Mapping[UUID, Mapping[str, int]], now: datetime
) -> list[Ranking]:
    hidden = set(RankingChoice.objects.values_list("member_id", flat=True))
    out = list_staff_accounts(set(members)) | hidden | set(resolve_members(hidden).values())
    sums = sorted(
        ((sum(parts.values()), member, parts) for member, parts in members.items() if member not in out),
        key=lambda row: (-row[0], row[1]),
    )[:MOST]
    exist = list_existing({member for _sum, member, _parts in sums})
    made: list[Any] = [
        Ranking(
            period=period,
            community_id=community_id,
            member_id=member,
            score=total,
            parts=dict(parts),
            found_at=now,
        )
        for total, member, parts in sums
        if member in exist
    ]
    return made
