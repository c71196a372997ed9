"""Answer a violation: a warning, or a mute for days or for good."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.engines.penalty_ladder import Step
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import PenaltyStep
from qunying.moderation.penalising import impose
from qunying.moderation.policy import MAX_POINTS, STEPS


class BadPenalty(Problem):
    """There is no such penalty, or not in this place."""

    code = "bad_penalty"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


@dataclass(frozen=True)
class Penalised:
    """The penalty, when it ends by itself, and how many points it took."""

    penalty_id: UUID
    until: datetime | None
    points_taken: int


@action
def penalise_member(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    decision_id: UUID,
    step: str,
    reason: str,
    everywhere: bool = False,
    points: int | None = None,
) -> Penalised:
    """Warn or mute the member whom a decision is about; see :func:`~qunying.moderation.penalising.impose`.

    Args:
        step: ``warning``, ``mute_1_day``, ``mute_7_days``, ``mute_15_days`` or ``mute_forever``.
        points: how many points to take; None for as many as the policy says.

    Raises:
        BadPenalty: another step (removal and closing have an action of their own), or points out of range.
        DecisionNotFound, NothingToPunish, PunishedBefore, OwnCase, GroupOwnerProtected, BadText.
    """
    if step not in PenaltyStep.values or STEPS[PenaltyStep(step)] >= Step.REMOVAL:
        raise BadPenalty(field="step", value=step[:50])
    if points is not None and not 0 <= points <= MAX_POINTS:
        raise BadPenalty(field="points", value=points)
    penalty = impose(
        decision_id,
        PenaltyStep(step),
        reason=reason,
        everywhere=everywhere,
        points=points,
        act={"command_id": command_id, "actor": actor, "now": now},
    )
    return Penalised(penalty.id, penalty.until, penalty.points_taken)
