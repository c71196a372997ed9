"""Let a correction by somebody else happen."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.adjusting import post_adjustment
from qunying.ledger.models import Adjustment
from qunying.ledger.proposals import lock_waiting, require_second_person


@action
def approve_adjustment(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    adjustment_id: UUID,
) -> UUID:
    """Post a waiting correction as its second person and return the id of the transaction.

    Raises:
        AdjustmentNotWaiting: it was decided, or its seven days are over.
        SecondPersonNeeded: the actor proposed it, or the person behind the actor did.
        InsufficientBalance: less is there than is to be taken.
    """
    adjustment = lock_waiting(Adjustment, adjustment_id, now)
    require_second_person(adjustment, actor)
    return post_adjustment(adjustment, decided_by=actor.key, now=now)
