"""The gravest answers, for the brand's owner: removal from a community, and closing an account."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.moderation.actions.penalise_member import Penalised
from qunying.moderation.models import PenaltyStep
from qunying.moderation.penalising import impose


@action
def remove_member(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    decision_id: UUID,
    close_account: bool,
    reason: str,
    everywhere: bool = False,
) -> Penalised:
    """Remove the member whom a decision is about from the community, or close their account everywhere.

    Neither ends by itself. A closed account can still sign in to see why, to appeal, and to get its data.

    Raises:
        DecisionNotFound, NothingToPunish, PunishedBefore, OwnCase, GroupOwnerProtected, BadText.
    """
    step = PenaltyStep.CLOSING if close_account else PenaltyStep.REMOVAL
    penalty = impose(
        decision_id,
        step,
        reason=reason,
        everywhere=everywhere,
        points=None,
        act={"command_id": command_id, "actor": actor, "now": now},
    )
    return Penalised(penalty.id, penalty.until, penalty.points_taken)
