"""What this noun records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.campaigns.models import Arm
from qunying.stream.events import EventType

CAMPAIGN_LAUNCHED = EventType(
    "campaign_launched",
    _("Campaign launched"),
    properties={
        "treatment": "members treated",
        "control": "members held out",
        "measured_by": "members, communities, nothing",
    },
)
CAMPAIGN_ASSIGNED = EventType(
    "campaign_assigned",
    _("Assigned in a campaign"),
    properties={"arm": "treatment, control, outside"},
    words={"arm": dict(Arm.choices)},
)
CAMPAIGN_CLOSED = EventType("campaign_closed", _("Campaign closed"), properties={"reason": "ended, stopped"})
