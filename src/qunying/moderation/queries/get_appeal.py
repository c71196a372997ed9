"""Decisions, penalties and appeals, for staff and for the member."""

from uuid import UUID

from django.db.models import QuerySet

from qunying.moderation.actions.judge_appeal import AppealNotFound
from qunying.moderation.models import Appeal, Decision, Penalty, Verdict
from qunying.moderation.penalising import DecisionNotFound
from qunying.moderation.people import own_ids

_ALL = ("case__community", "violation", "rules", "penalty", "appeal")


def get_decision(decision_id: UUID) -> Decision:
    """Return a decision with its case, penalty and appeal.

    Raises:
        DecisionNotFound: when there is none.
    """
    decision = Decision.objects.select_related(*_ALL).filter(pk=decision_id).first()
    if decision is None:
        raise DecisionNotFound
    return decision


def get_own_decision(decision_id: UUID, member_id: UUID) -> Decision:
    """Return a decision against a member; somebody else's does not exist for them.

    Raises:
        DecisionNotFound.
    """
    decision = get_decision(decision_id)
    if decision.member_id not in own_ids(member_id) or decision.verdict != Verdict.VIOLATION:
        raise DecisionNotFound
    return decision


def list_own_decisions(member_id: UUID) -> list[Decision]:
    """Return the decisions against a person, latest first."""
    found = Decision.objects.filter(member__in=own_ids(member_id), verdict=Verdict.VIOLATION)
    return list(found.select_related(*_ALL).order_by("-decided_at"))


def get_appeal(appeal_id: UUID) -> Appeal:
    """Return an appeal with the decision.

    Raises:
        AppealNotFound: when there is none.
    """
    related = [f"decision__{name}" for name in _ALL if name != "appeal"]
    appeal = Appeal.objects.select_related("member", *related).filter(pk=appeal_id).first()
    if appeal is None:
        raise AppealNotFound
    return appeal


def list_appeals(state: str = "") -> QuerySet[Appeal]:
    """Return appeals, of a state if one is named, without order."""
    found = Appeal.objects.select_related("member", "decision__violation", "decision__penalty")
    return found.filter(state=state) if state else found


def list_penalties(step: str = "", member_id: UUID | None = None) -> QuerySet[Penalty]:
    """Return penalties, of a rung or a person if named, without order."""
    found = Penalty.objects.select_related("member", "community", "decision__violation", "decision__appeal")
    if step:
        found = found.filter(step=step)
    return found.filter(member__in=own_ids(member_id)) if member_id else found
