"""What listening reports to the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

CRISIS_OPENED = EventType(
    "crisis_opened",
    _("Crisis opened"),
    properties={"crisis": "the crisis", "kind": "dispute, attack, rumour or fault"},
)
CRISIS_CLOSED = EventType(
    "crisis_closed",
    _("Crisis closed"),
    properties={
        "crisis": "the crisis",
        "kind": "dispute, attack, rumour or fault",
        "minutes": "how long it took",
    },
)
