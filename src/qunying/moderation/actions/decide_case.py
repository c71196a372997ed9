"""Decide a case: were the rules broken, which clause, and what becomes of the content. The penalty is another step."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.moderation.actions.claim_case import CaseDecided, CaseTaken
from qunying.moderation.events import CASE_DECIDED, tell_stream
from qunying.moderation.meanwhile import end_meanwhile
from qunying.moderation.models import Case, Decision, Factor, RulesVersion, Verdict
from qunying.moderation.outcomes import tell_reporters, tell_speaker
from qunying.moderation.people import refuse_own
from qunying.moderation.policy import get_policy
from qunying.moderation.queries.get_case import CaseNotFound
from qunying.moderation.queries.get_violation import get_violation
from qunying.moderation.subjects import REACH, can_hide
from qunying.moderation.suggesting import suggest

MAX_REASON = 1000


class BadDecision(Problem):
    """The decision does not fit together."""

    code = "bad_decision"
    kind = Kind.INVALID
    message = _("“{value}” is not possible for “{field}”.")


@dataclass(frozen=True)
class CaseDecision:
    """The decision, by which a penalty is imposed and an appeal is made."""

    decision_id: UUID
    case_id: UUID


@action
def decide_case(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    case_id: UUID,
    verdict: str,
    reason: str,
    violation: str = "",
    factors: list[str] | None = None,
    hide_content: bool = False,
) -> CaseDecision:
    """Answer a case. It cites the clause of the rules as they are published now, and reporters learn the outcome.

    Args:
        verdict: ``violation`` or ``no_violation``.
        reason: for the member to read, in a sentence or two.
        violation: which kind, when the rules were broken.
        factors: aggravating circumstances: ``minors``, ``cheating``, ``several_accounts``.
        hide_content: whether what was said is taken out of sight.

    Raises:
        CaseNotFound: there is no such case.
        CaseDecided: it was decided before.
        CaseTaken: somebody else has taken it.
        OwnCase: it is about who decides.
        BadDecision: an unknown verdict or factor, or content hidden that broke no rule or cannot be hidden by us.
        ViolationNotFound, BadText.
    """
    case = _lock_case(case_id, actor, now)
    named = _checked_factors(verdict, factors or [], hides=hide_content, kind=case.subject_kind)
    broken = get_violation(violation) if verdict == Verdict.VIOLATION else None
    rules = RulesVersion.objects.order_by("-number").first() if broken else None
    clause = rules.find_clause(broken.code) if rules and broken else None
    decision = Decision.objects.create(
        case=case,
        member_id=case.member_id,
        verdict=verdict,
        violation=broken,
        rules=rules,
        clause=clause["number"] if clause else "",
        severity=broken.severity if broken else 0,
        factors=named,
        hides_content=hide_content,
        reason=checked_text(reason, field="reason", max_length=MAX_REASON, lines=True),
        suggestion=suggest(case, get_policy()[1], now).as_stored(),
        decided_by=actor.key,
        decided_at=now,
    )
    _carry_out(decision, {"command_id": command_id, "actor": actor, "now": now})
    return CaseDecision(decision.id, case.id)


def _carry_out(decision: Decision, act: Act) -> None:
    """Close the case, hide or release what was said, and tell everybody concerned."""
    case, reach = decision.case, REACH[decision.case.subject_kind]
    case.state, case.claimed_by, case.claimed_until = Case.State.DECIDED, "", None
    case.save(update_fields=["state", "claimed_by", "claimed_until"])
    if decision.hides_content and reach.hide is not None:
        reach.hide(case.subject_id, reference=decision.reference, **act)
    end_meanwhile(case, act)
    if decision.verdict == Verdict.NO_VIOLATION and reach.release is not None:
        reach.release(case.subject_id, **act)
    tell_reporters(decision, **act)
    if decision.hides_content:
        tell_speaker(decision, **act)
    tell_stream(
        CASE_DECIDED,
        act["now"],
        member_id=case.member_id,
        community_id=case.community_id,
        content_id=case.subject_id,
        case=str(case.id),
        verdict=decision.verdict,
        violation=decision.violation_id or "",
    )


def _lock_case(case_id: UUID, actor: Actor, now: datetime) -> Case:
    """Return a case that the actor may decide now, its row held until the transaction ends."""
    case = Case.objects.select_for_update().filter(pk=case_id).first()
    if case is None:
        raise CaseNotFound
    if case.state != Case.State.OPEN:
        raise CaseDecided
    if case.claimed_until is not None and case.claimed_until > now and case.claimed_by != actor.key:
        raise CaseTaken
    refuse_own(actor, case.member_id)
    return case


def _checked_factors(verdict: str, factors: list[str], *, hides: bool, kind: str) -> list[str]:
    if verdict not in Verdict.values:
        raise BadDecision(field="verdict", value=verdict[:50])
    if wrong := [name for name in factors if name not in Factor.values]:
        raise BadDecision(field="factors", value=wrong[0][:50])
    if verdict == Verdict.NO_VIOLATION and (factors or hides):
        raise BadDecision(field="verdict", value=verdict)
    if hides and not can_hide(kind):
        raise BadDecision(field="hide_content", value=kind)
    return sorted(set(factors))
