"""A member does not accept a decision."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.events import APPEAL_SUBMITTED, tell_stream
from qunying.moderation.models import Appeal, Decision, Verdict
from qunying.moderation.outcomes import appeal_deadline
from qunying.moderation.penalising import DecisionNotFound, lock_decision
from qunying.moderation.people import own_ids

MAX_APPEAL = 2000


class NothingToAppeal(Problem):
    """The decision says nothing against anybody, or was taken back."""

    code = "nothing_to_appeal"
    kind = Kind.CONFLICT
    message = _("There is nothing (any more) to appeal against.")


class AppealedBefore(Problem):
    """The decision was appealed against before."""

    code = "appealed_before"
    kind = Kind.CONFLICT
    message = _("There can be one appeal against a decision, and there has been one.")


class AppealTooLate(Problem):
    """The time for an appeal is over."""

    code = "appeal_too_late"
    kind = Kind.CONFLICT
    message = _("The time for an appeal is over.")


@action
def submit_appeal(
    *, command_id: str, actor: Actor, now: datetime, decision_id: UUID, member_id: UUID, text: str
) -> UUID:
    """Appeal against a decision about oneself, once and in time, and return the appeal's id.

    Args:
        member_id: who appeals; a decision about somebody else does not exist for them.

    Raises:
        Forbidden: a member for another member.
        DecisionNotFound: there is no such decision about them.
        NothingToAppeal, AppealedBefore, AppealTooLate, BadText.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="moderation.submit_appeal")
    ids = own_ids(member_id)
    if not Decision.objects.filter(pk=decision_id, member__in=ids).exists():
        raise DecisionNotFound
    decision = lock_decision(decision_id)
    if decision.verdict != Verdict.VIOLATION or decision.reversed_at is not None:
        raise NothingToAppeal
    if Appeal.objects.filter(decision=decision).exists():
        raise AppealedBefore
    if now >= appeal_deadline(decision):
        raise AppealTooLate
    appeal = Appeal.objects.create(
        decision=decision,
        member_id=member_id,
        text=checked_text(text, field="text", max_length=MAX_APPEAL, lines=True),
        submitted_at=now,
    )
    tell_stream(
        APPEAL_SUBMITTED,
        now,
        member_id=member_id,
        community_id=decision.case.community_id,
        appeal=str(appeal.id),
    )
    return appeal.id
