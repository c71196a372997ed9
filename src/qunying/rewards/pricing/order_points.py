"""The points of an order on their way through the book: held, spent, let go, given back."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_member
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import Entry, Line, NewHold, Release, Settlement
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.members.queries.get_member import resolve_member_id
from qunying.rewards.actions.refund_points import refund_points
from qunying.rewards.events import POINTS_RELEASED, POINTS_RESERVED, POINTS_SPENT
from qunying.rewards.keeping import RESERVATION
from qunying.rewards.models import OrderPrice
from qunying.rewards.points import points_event
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record


class PointsGone(Problem):
    """The member has used the points elsewhere since the price was shown."""

    code = "points_gone"
    kind = Kind.CONFLICT
    message = _("The points for this order are not there any more. Ask for the price again.")


def keep_points(
    order: OrderPrice,
    member_id: UUID | None,
    points: int,
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Hold points of a member for an order instead of those that it holds; the caller saves the order.

    Raises:
        PointsGone: the member has fewer by now.
    """
    entries = let_go(order, now)
    order.member_id, order.points = member_id, points
    if points and order.member_id is not None:
        hold = NewHold(new_id(), of_member(order.member_id, POINTS), points, now + RESERVATION)
        entries.append(Entry(kind="points_reserved", part=str(hold.id), holds=(hold,)))
        order.points_hold_id = hold.id
        record(_event(order, POINTS_RESERVED, now, -points))
    _post(entries, command_id=command_id, actor=actor, now=now)


def let_go(order: OrderPrice, now: datetime) -> list[Entry]:
    """Forget the points that an order holds and return the entries that free them; none when it holds none.

    The caller posts them and saves the order. ``order.points`` stays: a payment that comes late still asks for them.
    """
    if order.points_hold_id is None:
        return []
    is_late = order.reserved_until is not None and order.reserved_until <= now
    release = Release(order.points_hold_id, "expired" if is_late else "voided")
    entry = Entry(kind="points_released", part=str(order.points_hold_id), releases=(release,))
    order.points_hold_id = None
    record(_event(order, POINTS_RELEASED, now, order.points))
    return [entry]


def spend_kept_points(order: OrderPrice, *, command_id: str, actor: Actor, now: datetime) -> None:
    """Spend the points of an order that is paid; when it comes late, out of what the member has by now. The caller saves it.

    Raises:
        PointsGone: it comes late, and the member has fewer.
    """
    if not order.points or order.member_id is None:
        return
    spent = of_brand(POINTS, Purpose.REDEEMED)
    is_kept = order.reserved_until is not None and order.reserved_until > now
    entries: Sequence[Entry]
    if order.points_hold_id is not None and is_kept:
        settlement = Settlement(order.points_hold_id, order.points, spent)
        entries = [Entry(kind="points_spent", part=str(order.id), settlements=(settlement,))]
        order.points_hold_id = None
    else:
        present = resolve_member_id(order.member_id)  # what was free again has followed a merge
        lines = (Line(of_member(present, POINTS), -order.points), Line(spent, order.points))
        entries = [*let_go(order, now), Entry(kind="points_spent", part=str(order.id), lines=lines)]
    order.points_spent_by = _post(entries, command_id=command_id, actor=actor, now=now)[-1]
    record(_event(order, POINTS_SPENT, now, -order.points, transaction_id=str(order.points_spent_by)))


def give_points_back(
    order: OrderPrice, points: int, *, command_id: str, actor: Actor, now: datetime, reason: str
) -> int:
    """Give points of a paid order back to the lots that they came from and return how many. The caller saves the order.

    Lots that have ended come back for the days of grace of every refund. What somebody gave back by hand is not given twice.
    """
    if not points or order.points_spent_by is None:
        return 0
    order.points_returned += points
    spent = find_transaction(order.points_spent_by)
    left = order.points - spent.reversed_amount if spent is not None else 0
    back = min(points, left)
    if back <= 0:
        return 0
    refunded = refund_points(
        command_id=command_id,
        actor=actor,
        now=now,
        transaction_id=order.points_spent_by,
        amount=back,
        reason=reason,
    )
    return refunded.amount


def _post(entries: Sequence[Entry], *, command_id: str, actor: Actor, now: datetime) -> list[UUID]:
    try:
        return post_entries(command_id=command_id, actor=actor, now=now, entries=list(entries))
    except InsufficientBalance as problem:
        raise PointsGone from problem


def _event(order: OrderPrice, type_: EventType, now: datetime, amount: int, **properties: str) -> NewEvent:
    if order.member_id is None:
        raise ValueError("only members have points")
    event = points_event(
        type_,
        now,
        member_id=order.member_id,
        amount=amount,
        order_id=order.order_id,
        order_number=order.order_number,
    )
    return replace(event, properties={**event.properties, **properties})
