"""A member's tier with what the next one takes and adds; the tiers with how many have them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models.functions import Coalesce

from qunying.engines.tier_policy import Dated, growth_to_enter, growth_to_keep
from qunying.members.queries.get_member import get_member
from qunying.rewards.models import MemberTier, TierPolicy
from qunying.rewards.tiers.drafting import engine_policy, policies_in_force, present_policy
from qunying.rewards.tiers.refreshing import count_levels, find_standings, movements_of


@dataclass(frozen=True)
class Tier:
    """A member's tier as people read it.

    growth: what counts towards the next tier; missing, missing_orders: what it takes still, None at the top. keep_growth, keep_missing:
    what counts and what is missing to keep the present one. progress: 0–1 towards the next. adds: benefits that come with it.
    """

    member_id: UUID
    code: str
    name: str
    benefits: list[str]
    birthday_points: int
    since: datetime
    valid_until: datetime | None
    grace_until: datetime | None
    promised_until: datetime | None
    growth: int
    orders: int
    next_name: str
    next_enter: int
    missing: int | None
    missing_orders: int
    progress: float
    adds: list[str]
    keep_growth: int
    keep_missing: int
    keep_missing_orders: int


@dataclass(frozen=True)
class LevelRow:
    """One tier of a policy, and how many members have it (None: everybody else)."""

    code: str
    name: str
    enter: int
    keep: int
    enter_orders: int
    keep_orders: int
    benefits: list[str]
    birthday_points: int
    members: int | None


def get_tier(member_id: UUID, now: datetime) -> Tier | None:
    """Return a member's tier, or None while there are none.

    Raises:
        MemberNotFound: there is no such member.
    """
    member = get_member(member_id)
    row, dated = present_policy(now), policies_in_force(now)
    if row is None:
        return None
    (found,) = find_standings([member.id], now)
    standing, policy = found.standing, dated[-1].policy
    moves = movements_of(member.id)
    place = policy.index(standing.level)
    level = policy.levels[place]
    shown = {each["code"]: each for each in row.levels}
    growth, orders = growth_to_enter(policy, standing, moves, now)
    promised = next((each.policy for each in dated if each.number == standing.policy), policy)
    keep_growth, keep_orders = growth_to_keep(promised, standing, moves, now)
    kept = promised.levels[promised.index(standing.level)]
    above = policy.levels[place + 1] if place + 1 < len(policy.levels) else None
    own = shown[level.code]
    return Tier(
        member_id=member.id,
        code=level.code,
        name=own["name"],
        benefits=own["benefits"],
        birthday_points=own["birthday_points"],
        since=standing.since,
        valid_until=standing.valid_until,
        grace_until=standing.grace_until,
        promised_until=standing.floor_until,
        growth=growth,
        orders=orders,
        next_name=shown[above.code]["name"] if above else "",
        next_enter=above.enter if above else 0,
        missing=max(0, above.enter - growth) if above else None,
        missing_orders=max(0, above.enter_orders - orders) if above else 0,
        progress=min(1.0, growth / above.enter) if above else 1.0,
        adds=_adds(own, shown[above.code]) if above else [],
        keep_growth=keep_growth,
        keep_missing=max(0, kept.keep - keep_growth) if place else 0,
        keep_missing_orders=max(0, kept.keep_orders - keep_orders) if place else 0,
    )


def _adds(own: dict[str, Any], above: dict[str, Any]) -> list[str]:
    return [text for text in above["benefits"] if text not in own["benefits"]]


def list_levels(row: TierPolicy, *, count: bool = True) -> list[LevelRow]:
    """Return the tiers of a policy from the lowest up; the lowest is also everybody's who has no growth value."""
    shown = {each["code"]: each for each in row.levels}
    members = count_levels() if count else {}
    return [
        LevelRow(
            code=level.code,
            name=shown[level.code]["name"],
            enter=level.enter,
            keep=level.keep,
            enter_orders=level.enter_orders,
            keep_orders=level.keep_orders,
            benefits=shown[level.code]["benefits"],
            birthday_points=shown[level.code]["birthday_points"],
            members=members.get(level.code, 0) if count else None,
        )
        for level in engine_policy(row).levels
    ]


def preview_policy(row: TierPolicy, now: datetime, *, most: int = 20_000) -> tuple[dict[str, int], int]:
    """Return how many members would have each tier if a policy had always held, and how many were looked at."""
    members = list(MemberTier.objects.order_by("member_id").values_list("member_id", flat=True)[:most])
    dated = [Dated(row.number, now, engine_policy(row))]
    counts: dict[str, int] = {}
    for each in find_standings(members, now, policies=dated, anew=True):
        counts[each.standing.level] = counts.get(each.standing.level, 0) + 1
    return counts, len(members)


def list_members_in(code: str) -> list[MemberTier]:
    """Return the members who have had a tier for the shortest time."""
    return list(MemberTier.objects.filter(level=code).select_related("member").order_by("-since")[:50])


@dataclass(frozen=True)
class Warned:
    """A member whose tier ends unless they keep it."""

    member_id: UUID
    code: str
    name: str
    ends_at: datetime


def list_warned(now: datetime) -> Iterator[Warned]:
    """Return the members whose tier ends, as the policy has warned; read in parts."""
    row = present_policy(now)
    names = {each["code"]: each["name"] for each in row.levels} if row else {}
    ends = Coalesce("grace_until", "valid_until")
    warned = MemberTier.objects.filter(is_warned=True).annotate(ends=ends).filter(ends__gt=now)
    for member_id, level, ends_at in (
        warned.values_list("member_id", "level", "ends").order_by("member_id").iterator()
    ):
        if level in names:
            yield Warned(member_id, level, names[level], ends_at)
