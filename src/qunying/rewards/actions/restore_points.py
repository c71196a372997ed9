"""Give forfeited points back."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.queries.find_transaction import find_transaction
from qunying.rewards.events import POINTS_RESTORED
from qunying.rewards.points import points_event
from qunying.stream.record import record


class NotAForfeit(Problem):
    """The transaction is not one in which a member lost points to a penalty."""

    code = "not_a_forfeit"
    kind = Kind.NOT_FOUND
    message = _("There are no such forfeited points.")


@action
def restore_points(
    *, command_id: str, actor: Actor, now: datetime, transaction_id: UUID, reason: str = ""
) -> int:
    """Give all points of a forfeit back to the lots that they came from, and return how many.

    Points whose lot has ended meanwhile get the days of grace that every refund gives.

    Raises:
        NotAForfeit: there is no such forfeit.
        ReversedTooMuch: they were given back before.
    """
    forfeit = find_transaction(transaction_id)
    if forfeit is None or forfeit.kind != "points_forfeited" or forfeit.member_id is None:
        raise NotAForfeit
    back = reverse_transaction(
        command_id=command_id, actor=actor, now=now, transaction_id=transaction_id, reason=reason
    )
    event = points_event(
        POINTS_RESTORED,
        now,
        member_id=forfeit.member_id,
        amount=back.amount,
        reason=reason,
        transaction_id=str(back.transaction_id),
    )
    record(event)
    return back.amount
