"""Tables of moderation, one file per subject; all are imported here so that Django finds them."""

from .case import Case, Report, Source, SubjectKind
from .decision import Appeal, Decision, Factor, Penalty, PenaltyStep, Verdict
from .rules import PolicyVersion, RulesAcceptance, RulesVersion, Violation, WatchedWord
from .screening import ScreeningProgress

__all__ = [
    "Appeal",
    "Case",
    "Decision",
    "Factor",
    "Penalty",
    "PenaltyStep",
    "PolicyVersion",
    "Report",
    "RulesAcceptance",
    "RulesVersion",
    "ScreeningProgress",
    "Source",
    "SubjectKind",
    "Verdict",
    "Violation",
    "WatchedWord",
]
