"""What vetting records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_OF = {"subject": "what is held", "subject_id": "which", "reasons": "codes, with commas"}

REWARD_HELD = EventType("reward_held", _("Held for review"), properties=_OF)
REWARD_RELEASED = EventType("reward_released", _("Released after review"), properties=_OF)
REWARD_REFUSED = EventType("reward_refused", _("Refused after review"), properties=_OF)
REVIEW_APPEALED = EventType("reward_appealed", _("Appealed against a refusal"), properties=_OF)
