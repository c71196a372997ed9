"""What went back takes back what it earned: to the grant that paid it, once, whatever comes first or twice."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.engines.earning import Terms, kept, spread
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import GROWTH, of_member
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.reasons import RETURNED
from qunying.rewards.actions.take_back_points import take_back_points
from qunying.rewards.earning.terms import LINE_PAID, ORDER_PAID, terms_of
from qunying.rewards.events import GROWTH_TAKEN_BACK
from qunying.rewards.models import Asset, Earning, PointsGrant, Returned
from qunying.rewards.points import points_event
from qunying.stream.record import record


@dataclass
class TakenBack:
    """What returns took from members: points, growth value, and how many of the points are owed now."""

    points: int = 0
    growth: int = 0
    debt: int = 0


def settle_returns(order_ids: Collection[UUID], *, command_id: str, actor: Actor, now: datetime) -> TakenBack:
    """Take back what orders earned too much, seeing what of them went back.

    Everything is counted anew from what was earned and what was returned, so it does not matter in which order these came,
    how often this runs, or under which rules members earn by now. The caller holds the locks of the orders.
    """
    if not Returned.objects.filter(order_id__in=order_ids).exists():
        return TakenBack()
    return settle_kept(order_ids, command_id=command_id, actor=actor, now=now, reason=RETURNED)


def settle_kept(
    order_ids: Collection[UUID], *, command_id: str, actor: Actor, now: datetime, reason: str
) -> TakenBack:
    """Take back what orders earned above what is due by the terms of their earnings, less what went back."""
    returned: dict[UUID, list[Returned]] = defaultdict(list)
    for row in Returned.objects.filter(order_id__in=order_ids):
        returned[row.order_id].append(row)
    earnings = Earning.objects.filter(order_id__in=order_ids, units__gt=0).select_related("rule", "grant")
    by_order: dict[UUID, list[Earning]] = defaultdict(list)
    for earning in earnings.order_by("earned_at", "number", "id"):
        by_order[earning.order_id].append(earning)  # type: ignore[index]
    due = {
        earning: units
        for order_id, some in by_order.items()
        for earning, units in _too_much(some, returned[order_id]).items()
    }
    total = TakenBack()
    take_units(due, total, command_id=command_id, actor=actor, now=now, reason=reason)
    return total


def _too_much(earnings: list[Earning], returned: list[Returned]) -> dict[Earning, int]:
    """Return how many units each earning of an order has too many of."""
    groups: dict[tuple[UUID, str], list[Earning]] = defaultdict(list)
    for earning in earnings:
        if earning.rule.event in {LINE_PAID, ORDER_PAID}:
            groups[earning.series, earning.product if earning.rule.event == LINE_PAID else ""].append(earning)
    due = {}
    for (_series, product), some in groups.items():
        by_line = some[0].rule.event == LINE_PAID
        rows = [row for row in returned if row.is_line == by_line and (not by_line or row.product == product)]
        terms = [terms_of(earning.terms) for earning in some]
        parts = spread(sum(_back(row, terms[0]) for row in rows), [each.whole for each in terms])
        for earning, under, part in zip(some, terms, parts, strict=True):
            units = earning.units - earning.taken_back - kept(earning.units, under, part)
            if units > 0:
                due[earning] = units
    return due


def _back(row: Returned, terms: Terms) -> int:
    return row.quantity if terms.basis == "quantity" else row.amount_minor


def take_units(
    due: dict[Earning, int], total: TakenBack, *, command_id: str, actor: Actor, now: datetime, reason: str
) -> None:
    """Take units back, those of one payment together, and note it on the earnings."""
    payments: dict[UUID, list[Earning]] = defaultdict(list)
    for earning in due:
        if earning.transaction_id is not None:
            payments[earning.transaction_id].append(earning)
    for transaction_id, earnings in sorted(payments.items()):
        units = sum(due[earning] for earning in earnings)
        if earnings[0].asset == Asset.GROWTH:
            total.growth += _take_growth(
                earnings[0],
                transaction_id,
                units,
                command_id=command_id,
                actor=actor,
                now=now,
                reason=reason,
            )
        else:
            grant = PointsGrant.objects.select_for_update(no_key=True).get(earning=earnings[0])
            units = min(units, grant.left)  # somebody may have taken some back by hand
            if units:
                taken = take_back_points(
                    command_id=command_id,
                    actor=actor,
                    now=now,
                    grant_id=grant.id,
                    amount=units,
                    reason=reason,
                )
                total.points += taken.amount
                total.debt += taken.debt
        for earning in earnings:
            earning.taken_back += due[earning]
    Earning.objects.bulk_update(list(due), ["taken_back"], batch_size=1_000)


def _take_growth(
    earning: Earning,
    transaction_id: UUID,
    units: int,
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    reason: str,
) -> int:
    """Take growth value back; it does not go below nothing, whatever was corrected by hand meanwhile."""
    units = min(units, get_balance(of_member(earning.member_id, GROWTH)))
    if units <= 0:
        return 0
    back = reverse_transaction(
        command_id=command_id,
        actor=actor,
        now=now,
        transaction_id=transaction_id,
        amount=units,
        reason=reason,
    )
    event = points_event(
        GROWTH_TAKEN_BACK,
        now,
        member_id=earning.member_id,
        amount=-units,
        order_id=earning.order_id,
        reason=reason,
        transaction_id=str(back.transaction_id),
    )
    record(event)
    return units
