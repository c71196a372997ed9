"""A leaderboard as everybody may see it, and where one member stands."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from qunying.communities.queries.find_restriction import list_restricted
from qunying.communities.service.battle_report import masked_name
from qunying.honours.models import Ranking, RankingChoice
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.get_member import list_own_ids
from qunying.members.queries.list_names import list_names

SPARE = 100  # read beyond what is shown, for those who have lost their rank


@dataclass(frozen=True)
class Place:
    """A place: equal scores have the same number. ``name`` is masked."""

    number: int
    member_id: UUID
    name: str
    score: int
    parts: dict[str, int]


@dataclass(frozen=True)
class Leaderboard:
    """The first places, and when they were counted (None: never)."""

    places: list[Place]
    counted_at: datetime | None


@dataclass(frozen=True)
class Standing:
    """Where a member stands. ``number`` is None for who has no place: no score, hidden by choice, or rank lost by a penalty."""

    number: int | None
    score: int
    parts: dict[str, int]
    is_hidden: bool
    is_barred: bool


def get_leaderboard(
    period: str, now: datetime, *, community_id: UUID | None = None, size: int = 50
) -> Leaderboard:
    """Return the first places of a leaderboard, without those who have lost their rank by a penalty.

    Args:
        period: ``week``, ``month`` or ``all``.
        now: the present instant.
        community_id: of one community; None for everywhere.
        size: how many places, 1 to 500.
    """
    rows = list(_rows(period, community_id).order_by("-score", "member")[: size + SPARE])
    out = list_restricted([row.member_id for row in rows], now, takes="rank", community_id=community_id)
    shown = [row for row in rows if row.member_id not in out][:size]
    names = list_names([row.member_id for row in shown])
    places: list[Place] = []
    for place, row in enumerate(shown, 1):
        number = places[-1].number if places and places[-1].score == row.score else place
        name = names.get(row.member_id, "")
        name = masked_name(name) if name else pseudonym(row.member_id)
        places.append(Place(number, row.member_id, name, row.score, row.parts))
    return Leaderboard(places, rows[0].found_at if rows else None)


def get_standing(
    member_id: UUID, period: str, now: datetime, *, community_id: UUID | None = None
) -> Standing:
    """Return where a member stands; arguments as for :func:`get_leaderboard`."""
    is_barred = bool(list_restricted([member_id], now, takes="rank", community_id=community_id))
    is_hidden = RankingChoice.objects.filter(member_id__in=list_own_ids(member_id)).exists()
    own = _rows(period, community_id).filter(member_id=member_id).first()
    if own is None:
        return Standing(None, 0, {}, is_hidden, is_barred)
    before = list(_rows(period, community_id).filter(score__gt=own.score).values_list("member_id", flat=True))
    out = list_restricted(before, now, takes="rank", community_id=community_id)
    number = None if is_barred else len(before) - len(out) + 1
    return Standing(number, own.score, own.parts, is_hidden, is_barred)


def _rows(period: str, community_id: UUID | None) -> QuerySet[Ranking]:
    rows = Ranking.objects.filter(period=period)
    return rows.filter(community_id=community_id) if community_id else rows.filter(community=None)
