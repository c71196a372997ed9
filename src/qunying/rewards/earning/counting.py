"""The counters of caps: locked, read, decided upon by the engine, written, all in one transaction."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection

from qunying.engines.earning import Cap, Rule
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.members.queries.get_member import list_ids_of

EVERYBODY = UUID(int=0)


@dataclass(frozen=True, order=True)
class CountKey:
    """Which counter: of a rule, within a scope, of a member or of everybody, in a period of the brand's zone."""

    series: UUID
    scope: str
    who: UUID
    period: str


def count_keys(series: UUID, rule: Rule, member_id: UUID, day: date) -> dict[str, CountKey]:
    """Return the counters that a rule's caps ask, by cap key."""
    return {
        cap.key: CountKey(series, cap.key, *_place(cap, member_id, day))
        for cap in rule.caps
        if cap.scope != "event"
    }


def _place(cap: Cap, member_id: UUID, day: date) -> tuple[UUID, str]:
    who = EVERYBODY if cap.scope.startswith("all_") else member_id
    if cap.scope.endswith("_day"):
        return who, day.isoformat()
    return who, f"{day:%Y-%m}" if cap.scope.endswith("_month") else ""


def lock_counts(keys: Iterable[CountKey]) -> dict[CountKey, int]:
    """Return what the counters stand at, their rows held until the transaction ends, taken in one order."""
    wanted = sorted(set(keys))
    if not wanted:
        return {}
    columns = _columns(wanted)
    unguarded = disabled_guard("earning.cap_guard")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rewards_earningcount (series, scope, who, period, used)"
            " SELECT w.*, 0 FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS w"
            " ON CONFLICT DO NOTHING",
            columns,
        )
        select = (
            "SELECT c.series, c.scope, c.who, c.period, c.used FROM rewards_earningcount c"
            " JOIN unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS w(series, scope, who, period)"
            " USING (series, scope, who, period) ORDER BY c.series, c.scope, c.who, c.period"
        )
        cursor.execute(select if unguarded else f"{select} FOR UPDATE OF c", columns)
        read = {CountKey(*row[:4]): row[4] for row in cursor.fetchall()}
    if unguarded:
        failpoint("earning.counted")
    return read


def counted_before_merging(keys: Iterable[CountKey]) -> dict[CountKey, int]:
    """Return what members who were merged into those of the counters had used of the same caps."""
    wanted = sorted(set(keys))
    owners = list_ids_of({key.who for key in wanted} - {EVERYBODY})
    places = [
        (CountKey(key.series, key.scope, own, key.period), key)
        for key in wanted
        for own, member in owners.items()
        if member == key.who and own != member
    ]
    if not places:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.series, c.scope, c.who, c.period, c.used FROM rewards_earningcount c"
            " JOIN unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[]) AS w(series, scope, who, period)"
            " USING (series, scope, who, period)",
            _columns([old for old, _key in places]),
        )
        used = {CountKey(*row[:4]): row[4] for row in cursor.fetchall()}
    before: dict[CountKey, int] = defaultdict(int)
    for old, key in places:
        before[key] += used.get(old, 0)
    return dict(before)


def write_counts(counts: Mapping[CountKey, int]) -> None:
    """Write what the counters stand at now."""
    if not counts:
        return
    keys = sorted(counts)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rewards_earningcount c SET used = w.used"
            " FROM unnest(%s::uuid[], %s::text[], %s::uuid[], %s::text[], %s::bigint[])"
            "  AS w(series, scope, who, period, used)"
            " WHERE (c.series, c.scope, c.who, c.period) = (w.series, w.scope, w.who, w.period)",
            [*_columns(keys), [counts[key] for key in keys]],
        )


def _columns(keys: list[CountKey]) -> list[list[object]]:
    return [
        [key.series for key in keys],
        [key.scope for key in keys],
        [key.who for key in keys],
        [key.period for key in keys],
    ]
