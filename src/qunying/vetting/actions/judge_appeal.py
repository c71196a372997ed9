"""Judge an appeal against a refusal."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import same_person
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.vetting.actions.decide_case import HeldDecided
from qunying.vetting.deciding import CaseDecided, carry_out, lock_case
from qunying.vetting.models import Case


class OwnRefusal(Problem):
    """Nobody judges what they have decided themselves."""

    code = "own_refusal"
    kind = Kind.CONFLICT
    message = _("You have refused this yourself; somebody else has to judge the appeal.")


@action
def judge_appeal(
    *, command_id: str, actor: Actor, now: datetime, case_id: UUID, uphold: bool, answer: str
) -> HeldDecided:
    """Uphold an appeal, which releases what was held after all, or turn it down for good; the member reads the answer.

    Raises:
        UnknownCase, BadText.
        CaseDecided: no appeal waits.
        OwnRefusal: the refusal was the judge's own.
    """
    case = lock_case(case_id)
    if case.appealed_at is None or case.judged_at is not None:
        raise CaseDecided(state=str(case.get_state_display()))
    if same_person(actor.key, case.decided_by):
        raise OwnRefusal
    case.answer = checked_text(answer, field="answer", max_length=500, lines=True)
    case.judged_at, case.judged_by = now, actor.key
    if uphold:
        case.state = Case.State.RELEASED
        carry_out(case, Act(command_id=command_id, actor=actor, now=now))
    else:
        case.save()
    return HeldDecided(case.id, case.state)
