"""End a penalty before its time, without saying that it was wrong."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.models import Penalty, PenaltyStep
from qunying.moderation.notices import in_both, tell
from qunying.moderation.penalising import MAX_REASON, give_back, lock_decision
from qunying.moderation.people import refuse_own


class PenaltyNotFound(Problem):
    """There is no such penalty."""

    code = "penalty_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such penalty.")


class PenaltyOver(Problem):
    """The penalty has ended."""

    code = "penalty_over"
    kind = Kind.CONFLICT
    message = _("This penalty has ended.")


@action
def lift_penalty(*, command_id: str, actor: Actor, now: datetime, penalty_id: UUID, reason: str) -> None:
    """Give back everything that a penalty took. The decision stands and counts as an earlier violation.

    Raises:
        PenaltyNotFound: there is no such penalty.
        PenaltyOver: it was lifted or ended by itself.
        OwnCase: it is one's own.
        BadText: there is no reason.
    """
    found = Penalty.objects.filter(pk=penalty_id).first()
    if found is None:
        raise PenaltyNotFound
    lock_decision(found.decision_id)
    penalty = Penalty.objects.get(pk=penalty_id)
    if penalty.lifted_at is not None or (penalty.until is not None and penalty.until <= now):
        raise PenaltyOver
    refuse_own(actor, penalty.member_id)
    act: Act = {"command_id": command_id, "actor": actor, "now": now}
    words = checked_text(reason, field="reason", max_length=MAX_REASON, lines=True)
    give_back(penalty, why="staff", reason=words, act=act)
    told = {**in_both("penalty", PenaltyStep(penalty.step).label), "reason": words}
    tell("lifted", penalty.member_id, told, key=str(penalty.id), page="moderation.my_penalties", **act)
