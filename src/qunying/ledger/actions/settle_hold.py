"""Use what was set aside, whole or in part."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.accounts import AccountRef
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Settlement


@action
def settle_hold(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    hold_id: UUID,
    amount: int,
    to: AccountRef,
    reason: str = "",
    campaign_id: UUID | None = None,
) -> UUID:
    """Move ``amount`` of an open hold to an account and give the rest back; return the transaction's id.

    Raises:
        HoldNotOpen: the hold had ended, or its time is over.
        AmountOutOfRange: more than was held.
    """
    settlement = Settlement(hold_id, amount, to)
    return write(
        [
            Entry(
                kind="hold_settled",
                part=str(hold_id),
                settlements=(settlement,),
                reason=reason,
                campaign_id=campaign_id,
            )
        ]
    )[0]
