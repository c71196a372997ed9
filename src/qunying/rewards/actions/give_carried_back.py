"""Undo what a merge has carried over."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.queries.list_member_lines import list_transactions
from qunying.rewards.actions.carry_balances_over import CARRIED


@action
def give_carried_back(*, command_id: str, actor: Actor, now: datetime, kept_id: UUID, merged_id: UUID) -> int:
    """Give a member whose merge was undone what had been carried over from them, and return how many movements that were.

    Points go back to their lots; what the other member has spent meanwhile becomes the other's debt. What was owed and has
    been repaid since stays repaid, and money and chances that are used stay used.
    """
    given = 0
    for transaction_id in list_transactions(CARRIED, merged_id, kept_id):
        try:
            reverse_transaction(
                command_id=command_id, actor=actor, now=now, transaction_id=transaction_id, reason=""
            )
        except InsufficientBalance:
            continue
        given += 1
    return given
