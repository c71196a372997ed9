"""What this noun records on the stream; ``content_id`` is the item, or the submission, or the comment that waits.

Views, likes, comments and shares are the standard names that other systems report as well.
"""

from django.utils.translation import gettext_lazy as _

from qunying.content.models import Submission
from qunying.stream.events import (
    CONTENT_COMMENTED,
    CONTENT_LIKED,
    CONTENT_SHARED,
    CONTENT_VIEWED,
    EventType,
)

CONTENT_PUBLISHED = EventType(
    "content_published",
    _("Content published"),
    {"platform": "where", "kind": "article, picture, short_video, live or h5"},
)
CONTENT_WITHDRAWN = EventType("content_withdrawn", _("Content withdrawn"), {"reason": "why"})
CONTENT_CLICKED = EventType(
    "content_clicked", _("Link in content followed"), {"share": "the share that led there"}
)
CONTENT_UNLIKED = EventType("content_unliked", _("Like taken back"))
COMMENT_HELD = EventType(
    "comment_held", _("Comment waits for review"), {"item": "below which item", "reasons": "what was found"}
)
SUBMISSION_RECEIVED = EventType(
    "submission_received",
    _("Submission received"),
    {"kind": "buyer_show or story", "consent_hash": "SHA-256"},
    words={"kind": dict(Submission.Kind.choices)},
)
SUBMISSION_ACCEPTED = EventType("submission_accepted", _("Submission accepted"), {"points": "points granted"})
SUBMISSION_REJECTED = EventType("submission_rejected", _("Submission not taken"), {"reason": "why"})
SUBMISSION_WITHDRAWN = EventType("submission_withdrawn", _("Submission withdrawn by the member"))
_HIDING = {"reference": "the case or decision", "decided_by": "who decided it"}
COMMENT_HIDDEN = EventType("comment_hidden", _("Comment hidden"), _HIDING)
COMMENT_RESTORED = EventType("comment_restored", _("Comment shown again"), _HIDING)
SUBMISSION_HIDDEN = EventType("submission_hidden", _("Submission hidden"), _HIDING)
SUBMISSION_RESTORED = EventType("submission_restored", _("Submission shown again"), _HIDING)

__all__ = [
    "COMMENT_HELD",
    "COMMENT_HIDDEN",
    "COMMENT_RESTORED",
    "CONTENT_CLICKED",
    "CONTENT_COMMENTED",
    "CONTENT_LIKED",
    "CONTENT_PUBLISHED",
    "CONTENT_SHARED",
    "CONTENT_UNLIKED",
    "CONTENT_VIEWED",
    "CONTENT_WITHDRAWN",
    "SUBMISSION_ACCEPTED",
    "SUBMISSION_HIDDEN",
    "SUBMISSION_RECEIVED",
    "SUBMISSION_REJECTED",
    "SUBMISSION_RESTORED",
    "SUBMISSION_WITHDRAWN",
]
