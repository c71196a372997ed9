"""Finding anew where members stand: set-based reading, the engine for each, set-based writing."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, F, Min, Q, Sum

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.tier_policy import (
    Change,
    Dated,
    Movement,
    Standing,
    advance,
    growth_to_enter,
    next_check,
    start,
)
from qunying.ledger.accounts import GROWTH
from qunying.ledger.queries.list_movements import list_account_versions, list_movements
from qunying.members.queries.resolve_members import present_ids
from qunying.rewards.models import Asset, Earning, MemberTier
from qunying.rewards.tiers.drafting import policies_in_force

_STANDING = ("level", "since", "at", "policy", "period_start", "reset_at", "valid_until", "grace_until", "is_warned",
             "floor", "floor_until")  # fmt: skip
_COLUMNS = ("member_id", *_STANDING, "growth", "orders", "seen", "next_check")


@dataclass(frozen=True)
class Refreshed:
    """A member's standing, what happened to it, and what is kept beside it."""

    member_id: UUID
    standing: Standing
    changes: tuple[Change, ...]
    growth: int
    orders: int
    seen: int
    next_check: datetime | None
    before: str
    began: datetime


def list_due(now: datetime, limit: int) -> list[UUID]:
    """Return members whose standing may have changed: by time, or because growth value has moved since it was looked at."""
    by_time = list(
        MemberTier.objects.filter(next_check__lte=now)
        .order_by("next_check")
        .values_list("member_id", flat=True)[:limit]
    )
    versions = list_account_versions(GROWTH)
    present = present_ids(versions)
    moved: dict[UUID, int] = defaultdict(int)
    for owner, version in versions.items():
        moved[present[owner]] += version
    seen = dict(MemberTier.objects.values_list("member_id", "seen"))
    by_movement = [member_id for member_id, version in moved.items() if seen.get(member_id, 0) != version]
    return list(dict.fromkeys([*by_time, *sorted(by_movement)]))[:limit]


def find_standings(
    member_ids: Collection[UUID],
    now: datetime,
    *,
    policies: Sequence[Dated] | None = None,
    anew: bool = False,
) -> list[Refreshed]:
    """Return where members stand now. They are not merged into others.

    Args:
        policies: those to go by (None: those in force).
        anew: forget where members stood, for a preview of other policies.
    """
    dated = policies_in_force(now) if policies is None else policies
    if not dated or not member_ids:
        return []
    zone = get_brand().zone
    owners = _owners(member_ids)
    people = {owner: member for member, own in owners.items() for owner in own}
    movements = _movements(people)
    versions = list_account_versions(GROWTH, list(people))
    rows = (
        {} if anew else {row.member_id: row for row in MemberTier.objects.filter(member_id__in=list(people))}
    )
    found = []
    for member_id, own in owners.items():
        before = _standing([rows[owner] for owner in own if owner in rows], dated)
        moves = movements.get(member_id, [])
        standing, changes = advance(dated, before, moves, now, zone)
        policy = dated[-1].policy
        growth, orders = growth_to_enter(policy, standing, moves, now)
        found.append(
            Refreshed(
                member_id=member_id,
                standing=standing,
                changes=tuple(changes),
                growth=growth,
                orders=orders,
                seen=sum(versions.get(owner, 0) for owner in own),
                next_check=next_check(dated, standing, moves),
                before=before.level,
                began=dated[0].since,
            )
        )
    return found


def movements_of(member_id: UUID) -> list[Movement]:
    """Return a member's movements of growth value and orders, oldest first, also from before a merge."""
    people = dict.fromkeys(_owners([member_id])[member_id], member_id)
    return _movements(people).get(member_id, [])


def _owners(member_ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT key, member_id FROM identity_map WHERE member_id = ANY(%s) ORDER BY key",
            [list(member_ids)],
        )
        owners = {member_id: [member_id] for member_id in member_ids}
        for key, member_id in cursor.fetchall():
            owners[member_id].append(key)
    return owners


def _movements(people: dict[UUID, UUID]) -> dict[UUID, list[Movement]]:
    movements: dict[UUID, list[Movement]] = defaultdict(list)
    for owner, at, amount, origin in list_movements(GROWTH, list(people)):
        movements[people[owner]].append(Movement(at, amount, 0, origin))
    orders = Earning.objects.filter(member_id__in=list(people), asset=Asset.GROWTH, order_id__isnull=False)
    counted = orders.values_list("member_id", "order_id").annotate(
        left=Sum(F("units") - F("taken_back")), at=Min("earned_at"), origin=Min("occurred_at")
    )
    for owner, _order, _left, at, origin in counted.filter(left__gt=0):
        movements[people[owner]].append(Movement(at, 0, 1, origin))
    for moves in movements.values():
        moves.sort(key=lambda each: each.at)
    return movements


def _standing(rows: Sequence[MemberTier], dated: Sequence[Dated]) -> Standing:
    """Return where a member stood: of several rows, from before a merge, the highest, so that merging costs nobody a level."""
    if not rows:
        return start(dated[0])
    policy = dated[-1].policy
    best = max(rows, key=lambda row: (policy.index(row.level), row.valid_until is not None, row.since))
    standing = Standing(**{name: getattr(best, name) for name in _STANDING})
    return replace(standing, at=max(row.at for row in rows)) if len(rows) > 1 else standing


def write_standings(found: Iterable[Refreshed]) -> None:
    """Write where members stand."""
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE TEMPORARY TABLE IF NOT EXISTS staged_tier (LIKE rewards_membertier) ON COMMIT DROP"
        )
        cursor.execute("TRUNCATE staged_tier")
        columns = ", ".join(_COLUMNS)
        with cursor.copy(f"COPY staged_tier ({columns}) FROM STDIN") as copy:
            for each in found:
                copy.write_row(_row(each))
        updates = ", ".join(f"{name} = excluded.{name}" for name in _COLUMNS[1:])
        cursor.execute(
            f"INSERT INTO rewards_membertier ({columns}) SELECT {columns} FROM staged_tier"  # noqa: S608 - constants
            f" ORDER BY member_id ON CONFLICT (member_id) DO UPDATE SET {updates}"
        )


def _row(each: Refreshed) -> tuple[Any, ...]:
    facts = (getattr(each.standing, name) for name in _STANDING)
    return (each.member_id, *facts, each.growth, each.orders, each.seen, each.next_check)


def lock_standings(member_ids: Collection[UUID]) -> None:
    """Hold members' tiers until the transaction ends, so that two refreshes follow each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('rewards.tiers', 0))")
        cursor.execute(
            "SELECT member_id FROM rewards_membertier WHERE member_id = ANY(%s) ORDER BY member_id FOR UPDATE",
            [list(member_ids)],
        )


def count_levels() -> dict[str, int]:
    """Return how many members with growth value have each level."""
    rows = MemberTier.objects.filter(~Q(level="")).values_list("level")
    return {level: int(number) for level, number in rows.annotate(number=Count("member_id"))}
