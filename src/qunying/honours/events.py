"""What this noun records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

BADGE_AWARDED = EventType(
    "badge_awarded",
    _("Badge awarded"),
    {"badge": "its id", "name": "its name", "level": "1 and up, 0 without levels"},
)
BADGE_REVOKED = EventType(
    "badge_revoked", _("Badge taken back"), {"badge": "its id", "name": "its name", "reason": "why"}
)
MEMBER_UNRANKED = EventType("member_unranked", _("Left the leaderboards"))
MEMBER_RANKED = EventType("member_ranked", _("Came back to the leaderboards"))
