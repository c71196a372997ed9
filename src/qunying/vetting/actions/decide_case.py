"""Release something that is held, or refuse it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.wording import checked_text
from qunying.vetting.deciding import CaseDecided, carry_out, lock_case
from qunying.vetting.models import Case


@dataclass(frozen=True)
class HeldDecided:
    """The case and its state now."""

    case_id: UUID
    state: str


@action
def decide_case(
    *, command_id: str, actor: Actor, now: datetime, case_id: UUID, release: bool, explanation: str = ""
) -> HeldDecided:
    """Decide a case that waits. What was held goes its way, or is refused with an explanation that the member reads.

    Raises:
        UnknownCase, CaseDecided.
        BadText: a refusal without an explanation.
    """
    case = lock_case(case_id)
    if case.state != Case.State.WAITING:
        raise CaseDecided(state=str(case.get_state_display()))
    case.explanation = checked_text(
        explanation, field="explanation", max_length=500, may_be_empty=release, lines=True
    )
    case.state = Case.State.RELEASED if release else Case.State.REFUSED
    case.decided_at, case.decided_by = now, actor.key
    carry_out(case, Act(command_id=command_id, actor=actor, now=now))
    return HeldDecided(case.id, case.state)
