"""Who learns what of a decision: reporters its outcome, the member what it says about them."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from qunying.moderation.models import Decision, Verdict
from qunying.moderation.models.rules import in_reader_language
from qunying.moderation.notices import in_both, shortened, shown_time, tell
from qunying.moderation.policy import get_policy

FOUND = _("what you reported breaks the rules; we have acted on it")
NOT_FOUND = _("we have looked into it and found that it does not break the rules")


def outcome_of(decision: Decision) -> Any:
    """Return what reporters are told."""
    stands = decision.verdict == Verdict.VIOLATION and decision.reversed_at is None
    return FOUND if stands else NOT_FOUND


def appeal_deadline(decision: Decision) -> Any:
    """Return until when a decision can be appealed against."""
    return decision.decided_at + timedelta(days=get_policy()[1].appeal_days)


def tell_reporters(decision: Decision, **act: Any) -> None:
    """Tell everybody who reported what became of it."""
    reporters = set(decision.case.reports.values_list("reporter_id", flat=True))
    for reporter in sorted(reporters):
        words = in_both("outcome", outcome_of(decision))
        tell("report", reporter, words, key=str(decision.case_id), page="moderation.my_reports", **act)


def tell_speaker(decision: Decision, **act: Any) -> None:
    """Tell the member that what they said was hidden, with the clause and how to appeal."""
    if decision.member_id is not None:
        words = {**cited(decision), "reason": decision.reason}
        tell(
            "decision",
            decision.member_id,
            words,
            key=str(decision.id),
            page="moderation.my_decision",
            page_id=decision.id,
            **act,
        )


def cited(decision: Decision) -> dict[str, str]:
    """Return the rule that a decision cites and what it is about, as variables of a notice."""
    clause = (
        decision.rules.find_clause(decision.violation_id)
        if decision.rules and decision.violation_id
        else None
    )
    title = clause["title"] if clause else {}
    return {
        "rules": str(decision.rules_id or ""),
        "clause": decision.clause,
        "violation_zh": title.get("zh-hans") or in_reader_language(title),
        "violation_en": title.get("en") or in_reader_language(title),
        "quote": shortened(decision.case.quote),
        "appeal_by": shown_time(appeal_deadline(decision)),
    }
