"""What activities record on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_OF = {"activity_id": "the activity", "kind": "its kind"}

ACTIVITY_OPENED = EventType(
    "activity_opened", _("Activity opened"), properties={**_OF, "commitment": "the promise, if any"}
)
ACTIVITY_CLOSED = EventType("activity_closed", _("Activity closed"), properties=_OF)
ACTIVITY_SETTLED = EventType("activity_settled", _("Activity settled"), properties=_OF)
ACTIVITY_JOINED = EventType(
    "activity_joined",
    _("Took part in an activity"),
    properties={**_OF, "number": "which of the member's times", "given": "the prize, if any"},
)
PRIZE_WON = EventType(
    "prize_won", _("Prize won"), properties={**_OF, "prize": "its key", "award_id": "the award"}
)
DAY_MADE_UP = EventType(
    "day_made_up", _("Made up a day of a check-in"), properties={**_OF, "day": "which day"}
)
