"""From what happened to what it earned: rules in force, caps under lock, the engine's answer, payment."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from qunying.accounts.queries.get_brand import get_brand
from qunying.engines.earning import Earned, Occasion, earn
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.members.queries.find_people import Person
from qunying.rewards.earning.counting import (
    CountKey,
    count_keys,
    counted_before_merging,
    lock_counts,
    write_counts,
)
from qunying.rewards.earning.occasions import Happening, occasion_of, people_of
from qunying.rewards.earning.our_discounts import less_our_discounts
from qunying.rewards.earning.paying import pay
from qunying.rewards.earning.terms import RuleInForce, plain
from qunying.rewards.models import Earning
from qunying.rewards.suspending import list_suspended


@dataclass(frozen=True)
class Found:
    """One happening under one rule, with what it earns there."""

    happening: Happening
    person: Person
    rule: RuleInForce
    occasion: Occasion
    earned: Earned


def grant_happenings(
    happenings: Sequence[Happening],
    rules: Collection[RuleInForce],
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    is_history: bool = False,
) -> list[Earning]:
    """Pay what happenings earn under rules, each once per rule, within the caps; return what was written down.

    The caller holds the locks of the orders concerned (see ``lock_orders``).
    """
    zone = get_brand().zone
    fresh = _not_yet_earned(less_our_discounts(happenings), rules)
    people = people_of([happening for happening, _rule in fresh])
    suspended = list_suspended({person.member_id for person in people.values()}, now)
    pairs = [
        (happening, people[happening.member_id], rule)
        for happening, rule in fresh
        if happening.member_id in people
        and not people[happening.member_id].is_staff
        and people[happening.member_id].member_id not in suspended
    ]
    found = weigh(pairs, zone, locked=True)
    earnings = [(each.rule, _earning(each, now, number)) for number, each in enumerate(found)]
    pay(earnings, command_id=command_id, actor=actor, now=now, zone=zone, is_history=is_history)
    return [earning for _rule, earning in earnings]


def weigh(pairs: Sequence[tuple[Happening, Person, RuleInForce]], zone: str, *, locked: bool) -> list[Found]:
    """Return what each happening earns under its rule, one after the other, so that caps count what came before.

    Args:
        locked: whether the counters of caps are locked and written; a preview only reads them from zero.
    """
    asked = []
    keys: dict[int, dict[str, CountKey]] = {}
    for place, (happening, person, rule) in enumerate(pairs):
        occasion = occasion_of(happening, person, zone)
        if earn(rule.rule, occasion) is None:
            continue
        keys[place] = count_keys(rule.series, rule.rule, person.member_id, occasion.day)
        asked.append((place, Found(happening, person, rule, occasion, earn(rule.rule, occasion))))  # type: ignore[arg-type]
    wanted = {key for counters in keys.values() for key in counters.values()}
    counts = lock_counts(wanted) if locked else dict.fromkeys(wanted, 0)
    before = counted_before_merging(wanted) if locked else {}
    found = []
    for place, each in asked:
        counters = keys[place]
        used = {cap: counts[key] + before.get(key, 0) for cap, key in counters.items()}
        earned = earn(each.rule.rule, each.occasion, used) if counters else each.earned
        if earned is None or each.earned.units == 0:
            continue
        for cap, key in counters.items():
            counts[key] += earned.units if cap.endswith(":units") else int(earned.units > 0)
        found.append(Found(each.happening, each.person, each.rule, each.occasion, earned))
    if locked:
        write_counts(counts)
    return found


def lock_orders(order_ids: Collection[UUID | None]) -> None:
    """Hold orders (or what members wrote) until the transaction ends, so that paying for them and taking back follow each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended('earning:' || o.id::text, 0))"
            " FROM unnest(%s::uuid[]) AS o(id)",
            [sorted({order_id for order_id in order_ids if order_id is not None})],
        )


def _not_yet_earned(
    happenings: Sequence[Happening], rules: Collection[RuleInForce]
) -> list[tuple[Happening, RuleInForce]]:
    done = set(
        Earning.objects.filter(
            event_id__in=[each.event_id for each in happenings], series__in=[rule.series for rule in rules]
        ).values_list("event_id", "series")
    )
    return [
        (happening, rule)
        for happening in happenings
        for rule in rules
        if rule.rule.event == happening.event and (happening.event_id, rule.series) not in done
    ]


def _earning(found: Found, now: datetime, number: int) -> Earning:
    happening = found.happening
    return Earning(
        id=new_id(),
        rule=found.rule.row,
        series=found.rule.series,
        event_id=happening.event_id,
        member_id=found.person.member_id,
        asset=found.rule.row.asset,
        units=found.earned.units,
        terms=plain(found.earned.terms),
        steps=plain(found.earned.steps),
        order_id=happening.order_id,
        product=happening.product,
        content_id=happening.content_id,
        occurred_at=happening.occurred_at,
        earned_at=now,
        number=number,
    )
