"""The daily limit: promotions per member and local day, over all channels and campaigns."""

import time
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from django.db import connection
from django.db.models import F

from qunying.kernel.failpoints import disabled_guard
from qunying.members.queries.get_member import resolve_member_id
from qunying.messages.models import MemberDay

# What they had that day under ids that were merged into theirs counts as well.
_HAD_BEFORE = """
(SELECT coalesce(sum(before.used), 0) FROM outreach_memberday AS before
JOIN identity_map AS known ON known.key = before.member_id
WHERE known.member_id = {member} AND before.day = %(day)s)
"""
_TAKE = f"""
INSERT INTO outreach_memberday AS taken (member_id, day, used)
SELECT wanted.member_id, %(day)s, 1 FROM unnest(%(members)s::uuid[]) AS wanted(member_id)
WHERE {_HAD_BEFORE.format(member="wanted.member_id")} < %(limit)s ORDER BY wanted.member_id
ON CONFLICT (member_id, day) DO UPDATE SET used = taken.used + 1
WHERE taken.used + {_HAD_BEFORE.format(member="taken.member_id")} < %(limit)s
RETURNING member_id
"""  # noqa: S608 - constants


def take_daily_limit(member_ids: Sequence[UUID], day: date, limit: int) -> Counter[UUID]:
    """Count one promotion for each entry of ``member_ids`` and return how many each member was allowed.

    A guarded counter: of any number of processes, no more than ``limit`` get through per member and day. 0
    lets nobody through.
    """
    granted = Counter[UUID]()
    wanted = Counter(member_ids)
    while wanted:
        granted.update(_take_once(sorted(wanted), day, limit))
        wanted = Counter({member_id: count - 1 for member_id, count in wanted.items() if count > 1})
    return granted


def give_daily_limit_back(taken: Iterable[tuple[UUID, date]]) -> None:
    """Take back counts of messages that certainly did not arrive, under the id that they were counted under."""
    for (member_id, day), count in sorted(Counter(taken).items()):
        for id_ in dict.fromkeys([member_id, resolve_member_id(member_id)]):
            had = MemberDay.objects.filter(member_id=id_, day=day, used__gte=count)
            if had.update(used=F("used") - count):
                break


def _take_once(member_ids: Sequence[UUID], day: date, limit: int) -> list[UUID]:
    if disabled_guard("messages.cap"):
        return _take_carelessly(member_ids, day, limit)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"members": list(member_ids), "day": day, "limit": limit})
        return [row[0] for row in cursor.fetchall()]


def _take_carelessly(member_ids: Sequence[UUID], day: date, limit: int) -> list[UUID]:
    """Look first and count later, as the race test's twin does it."""
    used = dict(MemberDay.objects.filter(member_id__in=member_ids, day=day).values_list("member_id", "used"))
    allowed = [member_id for member_id in member_ids if used.get(member_id, 0) < limit]
    time.sleep(0.3)
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, {"members": allowed, "day": day, "limit": 30_000})
    return allowed
