"""Detection: texts and rules in, findings out. Pure; no database, no clock."""

from qunying.moderation.detection.behaviour import Post, screen_behaviour
from qunying.moderation.detection.findings import Action, Detector, Finding, Rules, Word
from qunying.moderation.detection.screening import cover, screen_texts

__all__ = [
    "Action",
    "Detector",
    "Finding",
    "Post",
    "Rules",
    "Word",
    "cover",
    "screen_behaviour",
    "screen_texts",
]
