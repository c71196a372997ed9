"""What we would decide, and why: an offer to the moderator, never a decision."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from qunying.engines.penalty_ladder import Reason
from qunying.moderation.models import Case, PenaltyStep, Report, Verdict, Violation
from qunying.moderation.platform_people import find_person
from qunying.moderation.policy import STEP_NAMES, Policy
from qunying.moderation.queries.get_history import NO_HISTORY, History, get_history

REPORT_WEIGHT = 0.34  # three members who say the same weigh as much as a detector that is sure
SURE = 0.5


@dataclass(frozen=True)
class Ground:
    """One thing that speaks for a violation: a detector's finding or members' reports."""

    kind: str
    violation: str
    score: float
    evidence: str
    count: int = 1


@dataclass(frozen=True)
class Suggestion:
    """An offer.

    Attributes:
        verdict: whether the rules were broken.
        violation: which kind, the likeliest; empty when nothing speaks for one.
        score: how sure, 0 to 1.
        grounds: what speaks for it, heaviest first.
        step: the rung of the ladder for this person; None where nobody known said it.
        reasons: how the ladder came to it.
    """

    verdict: str
    violation: str
    score: float
    grounds: tuple[Ground, ...]
    step: PenaltyStep | None
    reasons: tuple[Reason, ...]

    def as_stored(self) -> dict[str, Any]:
        """Return what a decision keeps of it."""
        return {
            "verdict": self.verdict,
            "violation": self.violation,
            "score": round(self.score, 3),
            "step": self.step,
        }


def suggest(case: Case, policy: Policy, now: datetime) -> Suggestion:
    """Return what we would decide about a case."""
    grounds = _grounds(case)
    scores: dict[str, float] = {}
    for ground in grounds:
        scores[ground.violation] = 1 - (1 - scores.get(ground.violation, 0.0)) * (1 - ground.score)
    severities = {row.code: row.severity for row in Violation.objects.filter(code__in=scores)}
    likeliest = max(scores, key=lambda code: (scores[code], severities.get(code, 0)), default="")
    score = scores.get(likeliest, 0.0)
    history = get_history(case.member_id, without=case.pk) if case.member_id else None
    if history is None and find_person(case) is not None:
        history = NO_HISTORY
    step, reasons = suggest_step(policy, severities.get(likeliest, case.severity), history, (), now)
    return Suggestion(
        verdict=Verdict.VIOLATION if score >= SURE else Verdict.NO_VIOLATION,
        violation=likeliest,
        score=score,
        grounds=tuple(sorted(grounds, key=lambda ground: -ground.score)),
        step=step if score >= SURE else None,
        reasons=reasons if score >= SURE else (),
    )


def suggest_step(
    policy: Policy, severity: int, history: History | None, factors: Collection[str], now: datetime
) -> tuple[PenaltyStep | None, tuple[Reason, ...]]:
    """Return the rung for a violation of a person with this past, and how the ladder came to it."""
    if history is None:
        return None, ()
    answer = policy.suggest(severity=severity, earlier=history.moments, factors=factors, at=now)
    return STEP_NAMES[answer.step], answer.reasons


def _grounds(case: Case) -> list[Ground]:
    found = [
        Ground(str(item["detector"]), str(item["violation"]), float(item["score"]), str(item["evidence"]))
        for item in case.findings
    ]
    reported: dict[str, list[Report]] = {}
    for report in case.reports.order_by("reported_at"):
        reported.setdefault(report.violation_id, []).append(report)
    for violation, reports in reported.items():
        people = len({report.reporter_id for report in reports})
        text = next((report.text for report in reports if report.text), "")
        found.append(Ground("report", violation, min(1.0, people * REPORT_WEIGHT), text, people))
    return found
