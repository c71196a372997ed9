"""Give spent points back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.rewards.events import POINTS_REFUNDED
from qunying.rewards.points import points_event
from qunying.stream.record import record


class NotASpend(Problem):
    """The transaction is not one in which a member spent points."""

    code = "not_a_spend"
    kind = Kind.NOT_FOUND
    message = _("There is no such use of points.")


@dataclass(frozen=True)
class PointsRefunded:
    """The transaction that gave points back, and how many."""

    transaction_id: UUID
    amount: int


@action
def refund_points(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    transaction_id: UUID,
    amount: int | None = None,
    reason: str = "",
) -> PointsRefunded:
    """Give points of a spend back (None: all that are left of it), to the lots that they came from.

    Points whose lot has ended get seven days of grace. A debt of the member is repaid first.

    Raises:
        NotASpend: there is no such spend.
        ReversedTooMuch: more than was spent.
    """
    spend = find_transaction(transaction_id)
    if spend is None or spend.kind != "points_spent" or spend.member_id is None:
        raise NotASpend
    back = reverse_transaction(
        command_id=command_id,
        actor=actor,
        now=now,
        transaction_id=transaction_id,
        amount=amount,
        reason=reason,
    )
    event = points_event(
        POINTS_REFUNDED,
        now,
        member_id=spend.member_id,
        amount=back.amount,
        campaign_id=spend.campaign_id,
        reason=reason,
        transaction_id=str(back.transaction_id),
    )
    record(event)
    return PointsRefunded(back.transaction_id, back.amount)
