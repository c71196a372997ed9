"""How many promotions members have had lately, and how many of them the daily limit leaves no room for."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.clock import day_end, local_day
from qunying.members.queries.get_member import list_ids_of
from qunying.messages.sending.house_rules import rules_at

WINDOWS = (7, 30)
MOST_COUNTED = 5

# What was promised to a provider counts on its day, whatever became of it, unless it certainly did not arrive.
_HAD = """
SELECT known.member_id, sum(had.used) FILTER (WHERE had.day > %(week)s), sum(had.used),
    coalesce(sum(had.used) FILTER (WHERE had.day = %(day)s), 0)
FROM unnest(%(ids)s::uuid[], %(members)s::uuid[]) AS known(id, member_id)
JOIN outreach_memberday had ON had.member_id = known.id
WHERE had.day > %(month)s AND had.day <= %(day)s AND had.used > 0
GROUP BY known.member_id
"""
_WAITING = """
SELECT known.member_id, count(*)
FROM unnest(%(ids)s::uuid[], %(members)s::uuid[]) AS known(id, member_id)
JOIN outreach_send send ON send.member_id = known.id
WHERE send.purpose = 'promotion' AND send.state IN ('planned', 'leased', 'retryable') AND send.due_at < %(ends)s
GROUP BY known.member_id
"""


@dataclass(frozen=True)
class Window:
    """How many members had how many promotions in the last local days, today included.

    members: by number of promotions from 0 on; the last entry counts those who had that many or more.
    """

    days: int
    members: list[int]


@dataclass(frozen=True)
class Fatigue:
    """What members have had lately, and what the daily limit leaves.

    day: the local day on which a promotion planned now would go out. per_day: the limit. capped: members for whom
    nothing of it is left, because they had as many or as many wait to go out before.
    """

    day: date
    per_day: int
    capped: int
    windows: list[Window]


def get_fatigue(member_ids: Sequence[UUID], now: datetime) -> Fatigue:
    """Return the promotions of members over all channels and campaigns, also under ids merged with them."""
    rules, zone = rules_at(now), get_brand().zone
    day = local_day(rules.quiet or now, zone)
    ids = list_ids_of(member_ids)
    values: dict[str, Any] = {
        "ids": list(ids),
        "members": list(ids.values()),
        "day": day,
        "week": day - timedelta(days=WINDOWS[0]),
        "month": day - timedelta(days=WINDOWS[1]),
        "ends": day_end(day, zone),
    }
    with connection.cursor() as cursor:
        cursor.execute(_HAD, values)
        rows = cursor.fetchall()
        cursor.execute(_WAITING, values)
        taken = Counter[UUID](dict(cursor.fetchall()))
    taken.update({member_id: int(on_day) for member_id, _week, _month, on_day in rows})
    return Fatigue(
        day=day,
        per_day=rules.per_day,
        capped=sum(1 for member_id in member_ids if taken[member_id] >= rules.per_day),
        windows=[
            _window(days, len(member_ids), [int(row[column] or 0) for row in rows])
            for column, days in enumerate(WINDOWS, 1)
        ],
    )


def _window(days: int, members: int, had: list[int]) -> Window:
    counts = Counter(min(number, MOST_COUNTED) for number in had)
    counts[0] += members - len(had)
    return Window(days, [counts[number] for number in range(MOST_COUNTED + 1)])
