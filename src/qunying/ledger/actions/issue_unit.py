"""Give a member one unit of a stock."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.issuing import Issue, entry_of, issue_at_once
from qunying.ledger.stock import take_one


@action
def issue_unit(*, command_id: str, actor: Actor, now: datetime, issue: Issue) -> int:
    """Take a serial from a stock, credit a member with one unit, hold money for it, and return the serial.

    The ordinary case is one statement; where it does not fit, the same is done step by step.

    Raises:
        UnknownPool, PoolClosed, SoldOut: the stock gives none.
        BudgetExhausted: the budget does not hold so much.
    """
    serial = issue_at_once(issue)
    if serial is None:
        serial = take_one(issue.pool_id, now)
        write([entry_of(issue)])
    return serial
