"""Orders of the past: what they would earn, and paying it in portions. They earn only when a person says so."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.rewards.earning.granting import Found, weigh
from qunying.rewards.earning.occasions import Happening, people_of
from qunying.rewards.earning.our_discounts import less_our_discounts
from qunying.rewards.earning.terms import LINE_PAID, ORDER_PAID, RuleInForce, rules_in_force
from qunying.rewards.models import Asset, Earning, Returned
from qunying.shop.queries.list_sold_lines import ReturnedLine, SoldLine, list_returned_lines, list_sold_lines

ORDERS_AT_ONCE = 400
MOST_PREVIEWED = 20_000


@dataclass(frozen=True)
class Portion:
    """Some orders: what happened, and the last of them for going on (None when there are no more)."""

    happenings: list[Happening]
    order_ids: list[UUID]
    reached_at: datetime | None
    reached_order: UUID | None


@dataclass(frozen=True)
class PastPreview:
    """What orders of the past would earn, before returns are taken off; ``is_cut`` when only the first were looked at."""

    orders: int
    members: int
    points: int
    growth: int
    already_earned: int
    is_cut: bool


def read_portion(
    placed_from: datetime,
    placed_until: datetime,
    after: UUID | None,
    limit: int = ORDERS_AT_ONCE,
    *,
    rules: Collection[RuleInForce],
) -> Portion:
    """Return the next orders as things that happened: each order, and each of its lines where rules are about lines."""
    whole = all(rule.rule.event != LINE_PAID for rule in rules)
    lines = list_sold_lines(
        placed_from=placed_from, placed_until=placed_until, after=after, limit=limit, whole=whole
    )
    happenings: list[Happening] = []
    orders: dict[UUID, SoldLine] = {}
    for line in lines:
        if line.order_id not in orders:
            orders[line.order_id] = line
            happenings.append(_order(line))
        if not whole:
            happenings.append(_line(line))
    last = lines[-1] if lines else None
    return Portion(
        happenings, list(orders), last.placed_at if last else None, last.order_id if last else None
    )


def present_rules(now: datetime) -> list[RuleInForce]:
    """Return the rules about orders that are in force now: they say what the past earns as well."""
    return rules_in_force(now, {LINE_PAID, ORDER_PAID})


def preview_past_orders(placed_from: datetime, placed_until: datetime, *, now: datetime) -> PastPreview:
    """Return what orders would earn if somebody said so now; caps are counted as if nothing had been earned before."""
    rules = present_rules(now)
    zone = get_brand().zone
    begin, after, orders, portions = placed_from, None, 0, []
    while orders < MOST_PREVIEWED:
        portion = read_portion(begin, placed_until, after, limit=4_000, rules=rules)
        if portion.reached_at is None:
            break
        orders += len(portion.order_ids)
        begin, after = portion.reached_at, portion.reached_order
        portions.append(portion)
    happenings = [each for portion in portions for each in portion.happenings]
    found, done = preview(happenings, rules, zone)
    return PastPreview(
        orders=orders,
        members=len({each.person.member_id for each in found}),
        points=_sum(found, Asset.POINTS),
        growth=_sum(found, Asset.GROWTH),
        already_earned=done,
        is_cut=orders >= MOST_PREVIEWED,
    )


def preview(
    happenings: Sequence[Happening], rules: Collection[RuleInForce], zone: str
) -> tuple[list[Found], int]:
    """Return what happenings would earn under rules, and how many have earned before."""
    wanted = [
        each
        for each in less_our_discounts(happenings)
        if any(rule.rule.event == each.event for rule in rules)
    ]
    people = people_of(wanted)
    done = set(
        Earning.objects.filter(
            event_id__in=[each.event_id for each in wanted], series__in=[rule.series for rule in rules]
        ).values_list("event_id", "series")
    )
    pairs = [
        (each, people[each.member_id], rule)
        for each in wanted
        if each.member_id in people and not people[each.member_id].is_staff
        for rule in rules
        if rule.rule.event == each.event and (each.event_id, rule.series) not in done
    ]
    return weigh(pairs, zone, locked=False), len(done)


def note_returns(order_ids: Collection[UUID]) -> set[UUID]:
    """Note what files say of these orders has come back, line by line and per order; return the orders concerned."""
    lines = list_returned_lines(order_ids)
    rows = [_returned(line, is_line=is_line) for line in lines for is_line in (True, False)]
    Returned.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)
    return {line.order_id for line in lines}


def _returned(line: ReturnedLine, *, is_line: bool) -> Returned:
    # The two rows of one refund line need keys of their own; the second is the first with its last bit turned.
    return Returned(
        event_id=line.key if is_line else UUID(int=line.key.int ^ 1),
        order_id=line.order_id,
        is_line=is_line,
        product=line.product if is_line else "",
        quantity=line.quantity,
        amount_minor=line.amount_minor,
        occurred_at=line.refunded_at,
    )


def _sum(found: Sequence[Found], asset: str) -> int:
    return sum(each.earned.units for each in found if each.rule.row.asset == asset)


def _place(line: SoldLine) -> dict[str, str]:
    place = {"channel": line.channel, "store": line.store, "country": line.country}
    return {name: value for name, value in place.items() if value}


def _line(line: SoldLine) -> Happening:
    return Happening(
        event_id=line.event_id,
        event=LINE_PAID,
        member_id=line.member_id,
        occurred_at=line.placed_at,
        order_id=line.order_id,
        product=line.product,
        quantity=line.quantity,
        amount_minor=line.amount_minor,
        currency=line.currency,
        properties=_place(line),
    )


def _order(line: SoldLine) -> Happening:
    return Happening(
        event_id=line.order_event_id,
        event=ORDER_PAID,
        member_id=line.member_id,
        occurred_at=line.placed_at,
        order_id=line.order_id,
        quantity=line.order_units,
        amount_minor=line.order_total_minor,
        currency=line.currency,
        properties=_place(line),
    )
