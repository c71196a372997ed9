"""Give back what was set aside."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.entries import Entry, Release


@action
def void_hold(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    hold_id: UUID,
    reason: str = "",
) -> UUID:
    """Give an open hold back whole and return the id of the transaction.

    Raises:
        HoldNotOpen: the hold had ended.
    """
    return write(
        [Entry(kind="hold_voided", part=str(hold_id), releases=(Release(hold_id, "voided"),), reason=reason)]
    )[0]
