"""Let a correction by somebody else happen."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import person_behind
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.adjusting import post_adjustment, waiting_adjustment


class SecondPersonNeeded(Problem):
    """Nobody approves their own correction."""

    code = "second_person_needed"
    kind = Kind.CONFLICT
    message = _("Another person has to approve this.")


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
    adjustment = waiting_adjustment(adjustment_id, now)
    if person_behind(adjustment.proposed_by) == person_behind(actor.key):
        raise SecondPersonNeeded
    return post_adjustment(adjustment, decided_by=actor.key, now=now)
