"""Take a transaction back, whole or in part."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.entries import Entry
from qunying.ledger.reversal import get_transaction, plan_undoing


@dataclass(frozen=True)
class Reversed:
    """The new transaction, how much it took back, and how much of that is now a debt."""

    transaction_id: UUID
    amount: int
    debt: int


@action
def reverse_transaction(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    transaction_id: UUID,
    amount: int | None = None,
    reason: str = "",
) -> Reversed:
    """Write the opposite of a transaction (None: of all that is left of it), naming it.

    Never more comes back than was moved. A member who no longer has what is taken back owes it, visibly,
    until later credits repay it.

    Raises:
        UnknownTransaction: there is no such transaction.
        NotReversible: it is a reversal, or placed a hold.
        PartNotReversible: a part is asked of a movement between more than two accounts.
        ReversedTooMuch: more than is left.
        InsufficientBalance: an account that cannot owe does not hold it any more.
    """
    original = get_transaction(transaction_id)
    undoing = plan_undoing(original, amount, now)
    entry = Entry(
        kind="reversed",
        part=str(transaction_id),
        lines=undoing.lines,
        reverses=original.pk,
        reason=reason,
        campaign_id=original.campaign_id,
    )
    return Reversed(write([entry])[0], undoing.amount, undoing.debt)
