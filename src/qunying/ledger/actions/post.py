"""Post one transaction."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.entries import Entry


@action
def post(*, command_id: str, actor: Actor, now: datetime, entry: Entry) -> UUID:
    """Write one entry and return the id of its transaction.

    Raises:
        UnbalancedEntry, AmountOutOfRange, TooManyLines: the entry cannot be right.
        AlreadyPosted: a transaction of the entry's own id is in the book.
        HoldNotOpen: a hold of the entry had ended before.
        InsufficientBalance, BudgetExhausted: an account would leave its bounds.
    """
    return write([entry])[0]
