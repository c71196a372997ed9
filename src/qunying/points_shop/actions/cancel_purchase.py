"""Undo a purchase: points, units and what was given go back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.members.queries.get_member import list_own_ids
from qunying.points_shop.events import PURCHASE_CANCELLED
from qunying.points_shop.finding import lock_purchase
from qunying.points_shop.giving import take_back
from qunying.points_shop.limits import uncount_units
from qunying.points_shop.models import Item, Purchase
from qunying.points_shop.telling import purchase_event
from qunying.rewards.actions.refund_points import PointsRefunded, refund_points
from qunying.stream.record import record


class PurchaseCancelled(Problem):
    """The purchase was cancelled before."""

    code = "purchase_was_cancelled"
    kind = Kind.CONFLICT
    message = _("This was cancelled before.")


class PurchaseStands(Problem):
    """Members cannot undo what was given at once."""

    code = "purchase_stands"
    kind = Kind.CONFLICT
    message = _(
        "Coupons and chances are yours at once and cannot be returned here. Ask our customer service."
    )


@dataclass(frozen=True)
class PurchaseUndone:
    """How many points came back with it; none when all had come back before."""

    points: int


@action
def cancel_purchase(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    purchase_id: UUID,
    reason: str = "",
    member_id: UUID | None = None,
) -> PurchaseUndone:
    """Give points back to the lots they came from, units to the stock, the turn to the counter.

    Args:
        member_id: the member who does it for themselves; None: staff do, with a reason.

    Raises:
        UnknownPurchase, PurchaseCancelled, PurchaseStands.
        FulfilmentState, CouponNotUsable, ChancesUsed: what was given is on its way, or was used.
        BadText: staff give a reason.
    """
    owner = {} if member_id is None else {"member_id__in": list_own_ids(member_id)}
    purchase = lock_purchase(purchase_id, **owner)
    if purchase.state != Purchase.State.BOUGHT:
        raise PurchaseCancelled
    if member_id is not None and purchase.item.kind != Item.Kind.GOODS:
        raise PurchaseStands
    told = checked_text(reason, field=str(_("reason")), max_length=200, may_be_empty=member_id is not None)
    act = Act(command_id=command_id, actor=actor, now=now)
    take_back(purchase, act, told)
    for serial in purchase.serials:
        return_serial(**act, pool_id=purchase.item.pool_id or UUID(int=0), serial=serial)
    back = _refund(purchase, act)
    uncount_units(purchase.item, purchase.member_id, purchase.quantity, purchase.period)
    purchase.state, purchase.reason = Purchase.State.CANCELLED, told
    purchase.refund_id, purchase.cancelled_at = back.transaction_id, now
    purchase.save()
    record(purchase_event(purchase, PURCHASE_CANCELLED, now, reason=told))
    return PurchaseUndone(back.amount)


def _refund(purchase: Purchase, act: Act) -> PointsRefunded:
    """Give back what is left of the points that were spent; nothing where all of them came back before."""
    spent = find_transaction(purchase.spend_id)
    if spent is not None and spent.reversed_amount >= purchase.points:
        return PointsRefunded(max(spent.reversed_by), 0)
    return refund_points(**act, transaction_id=purchase.spend_id, reason=purchase.item.title)
