"""What activities record on the stream."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from qunying.stream.events import EventType

_OF = {"activity_id": "the activity", "kind": "its kind"}
KIND_TITLES: dict[str, str | Promise] = {}  # filled by the registry of kinds
_WORDS: dict[str, Mapping[str, str | Promise]] = {"kind": KIND_TITLES}
_WHY = {
    "cancelled": _("cancelled"),
    "expired": pgettext_lazy("right", "expired"),
    "failed": _("the team was not formed"),
    "refused": pgettext_lazy("right", "refused after review"),
}

ACTIVITY_OPENED = EventType(
    "activity_opened",
    _("Activity opened"),
    properties={**_OF, "commitment": "the promise, if any"},
    words=_WORDS,
)
ACTIVITY_CLOSED = EventType("activity_closed", _("Activity closed"), properties=_OF, words=_WORDS)
ACTIVITY_SETTLED = EventType("activity_settled", _("Activity settled"), properties=_OF, words=_WORDS)
ACTIVITY_JOINED = EventType(
    "activity_joined",
    _("Took part in an activity"),
    properties={**_OF, "number": "which of the member's times", "given": "the prize, if any"},
    words=_WORDS,
)
PRIZE_WON = EventType(
    "prize_won", _("Prize won"), properties={**_OF, "prize": "its key", "award_id": "the award"}, words=_WORDS
)
DAY_MADE_UP = EventType(
    "day_made_up", _("Made up a day of a check-in"), properties={**_OF, "day": "which day"}, words=_WORDS
)
_RIGHT = {**_OF, "right_id": "the right", "total_minor": "its price in minor units"}
RIGHT_TAKEN = EventType("right_taken", _("Right to buy taken"), properties=_RIGHT, words=_WORDS)
RIGHT_REDEEMED = EventType(
    "right_redeemed",
    _("Right to buy used"),
    properties={**_RIGHT, "order_number": "the shop's order"},
    words=_WORDS,
)
RIGHT_RELEASED = EventType(
    "right_released",
    _("Right to buy given up"),
    properties={**_RIGHT, "why": "cancelled, expired, failed or refused"},
    words={**_WORDS, "why": _WHY},
)
_TEAM = {**_OF, "team_id": "the team", "size": "how many it needs"}
TEAM_OPENED = EventType("team_opened", _("Team opened"), properties=_TEAM, words=_WORDS)
TEAM_FORMED = EventType("team_formed", _("Team formed"), properties=_TEAM, words=_WORDS)
TEAM_FAILED = EventType("team_failed", _("Team not formed"), properties=_TEAM, words=_WORDS)
WORK_VOTED = EventType(
    "contest_work_voted", _("Voted for a work"), properties={**_OF, "work": "the submission"}, words=_WORDS
)
TRIAL_REPORTED = EventType(
    "trial_reported",
    _("Report about a product"),
    properties={**_OF, "report_id": "the report", "late": "true when it came after its time"},
    words={**_WORDS, "late": {"true": pgettext_lazy("report", "late"), "false": ""}},
)
PLACE_TAKEN = EventType("place_taken", _("Moved up from a waiting list"), properties=_OF, words=_WORDS)
PLACE_GIVEN_UP = EventType(
    "place_given_up", _("Gave up a place at a gathering"), properties=_OF, words=_WORDS
)
GATHERING_ATTENDED = EventType("gathering_attended", _("Came to a gathering"), properties=_OF, words=_WORDS)
LIVE_ENTERED = EventType("live_session_entered", _("Went into a live session"), properties=_OF, words=_WORDS)
LIVE_CANCELLED = EventType(
    "live_booking_cancelled", _("Cancelled the booking of a live session"), properties=_OF, words=_WORDS
)
WORD_SAID = EventType(
    "watchword_said", _("Said a watchword"), properties={**_OF, "word": "its key"}, words=_WORDS
)
GAME_FINISHED = EventType(
    "product_game_finished",
    _("Finished a product game"),
    properties={**_OF, "moves": "in how many moves", "given": "the prize, if any"},
    words=_WORDS,
)
