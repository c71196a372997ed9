"""Set units aside."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.ledger.accounts import AccountRef
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, NewHold


@action
def place_hold(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    account: AccountRef,
    amount: int,
    expires_at: datetime | None = None,
    reason: str = "",
    campaign_id: UUID | None = None,
) -> UUID:
    """Move units from available to held (or from budget to held budget) and return the id of the hold.

    Raises:
        InsufficientBalance, BudgetExhausted: the account does not hold so much.
    """
    hold_id = new_id()
    hold = NewHold(hold_id, account, amount, expires_at)
    write(
        [Entry(kind="hold_placed", part=str(hold_id), holds=(hold,), reason=reason, campaign_id=campaign_id)]
    )
    return hold_id
