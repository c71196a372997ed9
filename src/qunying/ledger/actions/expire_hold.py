"""End a hold whose time is over."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Release


@action
def expire_hold(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    hold_id: UUID,
) -> UUID:
    """Give back a hold whose time is over and return the id of the transaction.

    Raises:
        HoldNotOpen: the hold had ended, or its time is not over yet.
    """
    return write([Entry(kind="hold_expired", part=str(hold_id), releases=(Release(hold_id, "expired"),))])[0]
