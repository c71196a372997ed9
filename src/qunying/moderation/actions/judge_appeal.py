"""Judge an appeal: somebody else than who decided or punished."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import same_person
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.events import APPEAL_JUDGED, tell_stream
from qunying.moderation.models import Appeal, Decision, Penalty
from qunying.moderation.notices import in_both, tell
from qunying.moderation.penalising import give_back, lock_decision
from qunying.moderation.people import refuse_own
from qunying.moderation.subjects import REACH

MAX_ANSWER = 2000


class AppealNotFound(Problem):
    """There is no such appeal."""

    code = "appeal_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such appeal.")


class AppealJudged(Problem):
    """The appeal was judged before."""

    code = "appeal_judged_before"
    kind = Kind.CONFLICT
    message = _("This appeal was judged before.")


class SecondPersonNeeded(Problem):
    """Who decided cannot judge the appeal against it."""

    code = "appeal_needs_another_person"
    kind = Kind.CONFLICT
    message = _("You took part in this decision. Somebody else has to judge the appeal.")


@action
def judge_appeal(
    *, command_id: str, actor: Actor, now: datetime, appeal_id: UUID, upheld: bool, answer: str
) -> None:
    """Dismiss an appeal, or uphold it: then the decision no longer counts and everything that it took comes back.

    Args:
        upheld: whether the member is right.
        answer: for the member to read.

    Raises:
        AppealNotFound, AppealJudged, BadText.
        SecondPersonNeeded: the judge decided or punished, in person or through a key.
        OwnCase: the judge is the member.
    """
    found = Appeal.objects.filter(pk=appeal_id).first()
    if found is None:
        raise AppealNotFound
    decision = lock_decision(found.decision_id)
    appeal = Appeal.objects.get(pk=appeal_id)
    if appeal.state != Appeal.State.OPEN:
        raise AppealJudged
    penalty = Penalty.objects.filter(decision=decision).first()
    involved = {decision.decided_by, *([penalty.imposed_by] if penalty else [])}
    if same_person(actor.key, *involved):
        raise SecondPersonNeeded
    refuse_own(actor, decision.member_id)
    act: Act = {"command_id": command_id, "actor": actor, "now": now}
    appeal.state = Appeal.State.UPHELD if upheld else Appeal.State.DISMISSED
    appeal.judged_by, appeal.judged_at = actor.key, now
    appeal.answer = checked_text(answer, field="answer", max_length=MAX_ANSWER, lines=True)
    appeal.save()
    if upheld:
        _take_back(decision, penalty, appeal.answer, act)
    told = {**in_both("outcome", Appeal.State(appeal.state).label), "answer": appeal.answer}
    tell(
        "appeal",
        appeal.member_id,
        told,
        key=str(appeal.id),
        page="moderation.my_decision",
        page_id=decision.id,
        **act,
    )
    tell_stream(
        APPEAL_JUDGED,
        now,
        member_id=appeal.member_id,
        community_id=decision.case.community_id,
        appeal=str(appeal.id),
        outcome=appeal.state,
    )


def _take_back(decision: Decision, penalty: Penalty | None, answer: str, act: Act) -> None:
    decision.reversed_at, decision.reversed_by = act["now"], act["actor"].key
    decision.save(update_fields=["reversed_at", "reversed_by"])
    reach = REACH[decision.case.subject_kind]
    if decision.hides_content and reach.restore is not None:
        reach.restore(decision.case.subject_id, reference=decision.reference, **act)
    if reach.release is not None:
        reach.release(decision.case.subject_id, **act)
    if penalty is not None and penalty.lifted_at is None:
        give_back(penalty, why="appeal", reason=answer, act=act)
