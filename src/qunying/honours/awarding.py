"""Giving and taking badges: the rows, and what the stream is told."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.honours.events import BADGE_AWARDED, BADGE_REVOKED
from qunying.honours.models import Badge, Honour
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_contacts import list_staff_accounts
from qunying.members.queries.list_existing import list_existing
from qunying.members.queries.resolve_members import present_ids
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record

BY_COUNT = "count"  # why a badge by rule went: what it counts fell


class BadgeNotFound(Problem):
    """There is no such badge."""

    code = "badge_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such badge.")


class BadgeNotHeld(Problem):
    """The member does not hold the badge."""

    code = "badge_not_held"
    kind = Kind.CONFLICT
    message = _("This member does not hold “{badge}”.")


@dataclass(frozen=True)
class Awarded:
    """How many badges were given or rose, and how many went."""

    given: int
    taken: int


def find_badge(badge_id: UUID, *, lock: bool = False) -> Badge:
    """Return a badge.

    Raises:
        BadgeNotFound.
    """
    rows = Badge.objects.select_for_update(no_key=True) if lock else Badge.objects
    badge = rows.filter(pk=badge_id).first()
    if badge is None:
        raise BadgeNotFound
    return badge


def tell(type: EventType, badge: Badge, member_id: UUID, now: datetime, **more: str) -> NewEvent:  # noqa: A002
    """Return the event of a badge that came or went."""
    properties = {"badge": str(badge.pk), "name": badge.name, **more}
    return NewEvent(type=type, occurred_at=now, received_at=now, member_id=member_id, properties=properties)


def award_by_rules(
    counts: Mapping[tuple[UUID, str], tuple[int, int]], actor: Actor, now: datetime
) -> Awarded:
    """Let every badge by rule follow its count: given, raised, lowered, taken.

    What staff withheld stays away; a retired badge stays with whoever holds it. Accounts of staff get none.

    Args:
        counts: by member and measure how often, with and without imported history.
        actor: who asks.
        now: the present instant.
    """
    with connection.cursor() as cursor:  # two at once would give a badge twice
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('honours.award_by_rules'))")
    given = taken = 0
    rules = Badge.objects.filter(state=Badge.State.ACTIVE).exclude(measure="")
    for badge in rules.order_by("written_at"):
        reached = {
            member: pair[0] if badge.counts_history else pair[1]
            for (member, measure), pair in counts.items()
            if measure == badge.measure
        }
        more = _follow(badge, reached, actor, now)
        given, taken = given + more.given, taken + more.taken
    return Awarded(given, taken)


def level_of(badge: Badge, count: int) -> int:
    """Return the level that a count reaches, 0 for none."""
    return sum(count >= threshold for threshold in badge.levels)


def _follow(badge: Badge, reached: Mapping[UUID, int], actor: Actor, now: datetime) -> Awarded:
    held, twice = _held_by_person(badge)
    deserving = {member: count for member, count in reached.items() if level_of(badge, count)}
    able = _able(set(deserving) - set(held))
    fresh, changed, events = [], [], []
    for member, count in deserving.items():
        level, row = level_of(badge, count), held.get(member)
        if row is None:
            if member not in able:
                continue
            row = Honour(
                badge=badge,
                member_id=member,
                level=level,
                reached=count,
                awarded_at=now,
                awarded_by=actor.key,
            )
            fresh.append(row)
        elif row.withheld or (row.revoked_at is None and (row.level, row.reached) == (level, count)):
            continue
        else:
            changed.append(row)
        if row.revoked_at is not None or row.level < level or row in fresh[-1:]:
            row.awarded_at = now
            events.append(tell(BADGE_AWARDED, badge, member, now, level=str(level)))
        row.level, row.reached, row.revoked_at, row.revoked_by, row.revoke_reason = level, count, None, "", ""
    gone = [row for person, row in held.items() if row.revoked_at is None and person not in deserving]
    events += [tell(BADGE_REVOKED, badge, row.member_id, now, reason=BY_COUNT) for row in gone]
    taken = len(gone)
    gone += [row for row in twice if row.revoked_at is None]
    for row in gone:
        row.revoked_at, row.revoked_by, row.revoke_reason = now, actor.key, BY_COUNT
    Honour.objects.bulk_create(fresh, batch_size=2_000)
    columns = ["level", "reached", "awarded_at", "revoked_at", "revoked_by", "revoke_reason"]
    Honour.objects.bulk_update([*changed, *gone], columns, batch_size=2_000)
    record(*events)
    return Awarded(len(events) - taken, taken)


def _held_by_person(badge: Badge) -> tuple[dict[UUID, Honour], list[Honour]]:
    """Return the row of a badge by who its member is now, and the rows that a person has besides: their own comes first."""
    rows = list(Honour.objects.filter(badge=badge).order_by("awarded_at", "id"))
    present = present_ids({row.member_id for row in rows})
    held = {row.member_id: row for row in rows if present[row.member_id] == row.member_id}
    for row in rows:
        held.setdefault(present[row.member_id], row)
    kept = {row.pk for row in held.values()}
    return held, [row for row in rows if row.pk not in kept]


def _able(members: Collection[UUID]) -> set[UUID]:
    """Return who of these exists, was not erased and is not of the staff."""
    return set(list_existing(members)) - list_staff_accounts(members)
