"""Give members their birthday points."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.earning import is_birthday
from qunying.kernel import clock
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import derived_id
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.entries import MAX_ENTRIES, Entry, Line
from qunying.ledger.reasons import BIRTHDAY
from qunying.members.queries.find_people import find_people, list_by_birthday
from qunying.members.queries.get_member import list_ids_of
from qunying.rewards.earning.occasions import read_birthday
from qunying.rewards.events import POINTS_GRANTED
from qunying.rewards.models import BirthdayGift, MemberTier, PointsGrant
from qunying.rewards.points import points_end, points_event
from qunying.rewards.suspending import list_suspended
from qunying.rewards.tiers.drafting import present_policy
from qunying.stream.record import record

VALID_DAYS = 90
AGAIN_AFTER = timedelta(days=300)


@action
def give_birthday_gifts(*, command_id: str, actor: Actor, now: datetime) -> int:
    """Give the points of their tier to those whose birthday is today in the brand's zone, up to 500, and return how many got them.

    Once a year each, and not again within ten months, whatever the birthday is changed to. Asked again it goes on.
    """
    policy, zone = present_policy(now), get_brand().zone
    if policy is None:
        return 0
    gifts = {level["code"]: level["birthday_points"] for level in policy.levels}
    lowest = policy.levels[0]["code"]
    day = clock.local_day(now, zone)
    due = [key for key, text in list_by_birthday(day).items() if is_birthday(read_birthday(text), day)]
    people = {person.member_id: person for person in find_people(due).values()}
    skip = _served(people, day, now) | list_suspended(people, now)
    levels = dict(MemberTier.objects.filter(member_id__in=list(people)).values_list("member_id", "level"))
    rows: list[tuple[UUID, str, int]] = []
    for member_id, person in sorted(people.items()):
        level = levels.get(member_id, lowest)
        if member_id not in skip and not person.is_staff and gifts.get(level, 0):
            rows.append((member_id, level, gifts[level]))
    rows = rows[:MAX_ENTRIES]
    ends = points_end(VALID_DAYS, now, zone)
    entries = [
        Entry(
            kind="points_granted",
            id=derived_id("birthday_gift", str(member_id), str(day.year)),
            lines=(
                Line(of_brand(POINTS, Purpose.ISSUANCE), -points),
                Line(of_member(member_id, POINTS), points, expires_at=ends),
            ),
            reason=BIRTHDAY,
        )
        for member_id, _level, points in rows
    ]
    keys = post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
    BirthdayGift.objects.bulk_create(
        [
            BirthdayGift(member_id=member_id, year=day.year, level=level, points=points, given_at=now)
            for member_id, level, points in rows
        ]
    )
    _tell(rows, keys, now)
    return len(rows)


def _served(member_ids: Collection[UUID], day: date, now: datetime) -> set[UUID]:
    """Return those of the members who had their gift this year or within ten months, also before a merge."""
    ids = list_ids_of(member_ids)
    lately = Q(year=day.year) | Q(given_at__gt=now - AGAIN_AFTER)
    had = BirthdayGift.objects.filter(lately, member_id__in=list(ids))
    return {ids[key] for key in had.values_list("member_id", flat=True)}


def _tell(rows: list[tuple[UUID, str, int]], keys: list[UUID], now: datetime) -> None:
    PointsGrant.objects.bulk_create(
        PointsGrant(
            id=derived_id("grant", str(key)),
            member_id=member_id,
            amount=points,
            reason=BIRTHDAY,
            state=PointsGrant.State.AVAILABLE,
            granted_at=now,
            valid_days=VALID_DAYS,
            transaction_id=key,
        )
        for (member_id, _level, points), key in zip(rows, keys, strict=True)
    )
    record(
        *(
            points_event(
                POINTS_GRANTED,
                now,
                member_id=member_id,
                amount=points,
                reason=BIRTHDAY,
                transaction_id=str(key),
                state="available",
            )
            for (member_id, _level, points), key in zip(rows, keys, strict=True)
        )
    )
