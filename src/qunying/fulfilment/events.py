"""What fulfilment records on the stream: never an address."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.models import Fulfilment
from qunying.ledger.reasons import REASONS
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent

_OF = {
    "fulfilment_id": "its number",
    "source": "the noun that asked for it",
    "source_id": "what of that noun",
}

FULFILMENT_REQUESTED = EventType("fulfilment_requested", _("Goods to be sent"), properties=_OF)
FULFILMENT_SENT = EventType(
    "fulfilment_sent",
    _("Goods sent"),
    properties={**_OF, "carrier": "who carries it", "tracking": "its number there"},
)
FULFILMENT_RECEIVED = EventType(
    "fulfilment_received",
    _("Goods received"),
    properties={**_OF, "way": "by post or picked up"},
    words={"way": dict(Fulfilment.Way.choices)},
)
FULFILMENT_RETURNED = EventType(
    "fulfilment_returned",
    _("Goods came back"),
    properties={**_OF, "reason": "why"},
    words={"reason": REASONS},
)
FULFILMENT_CANCELLED = EventType(
    "fulfilment_cancelled", _("Goods cancelled"), properties={**_OF, "reason": "why"}
)
ADDRESS_REVEALED = EventType(
    "address_revealed",
    _("Address looked at"),
    properties={**_OF, "actor": "who looked", "how": "one, or a packing list"},
    words={"how": {"one": _("for one parcel"), "packing_list": _("in the packing list")}},
)


def event_of(found: Fulfilment, event_type: EventType, now: datetime, **properties: str) -> NewEvent:
    """Return an event about a fulfilment."""
    of = {"fulfilment_id": str(found.id), "source": found.source, "source_id": str(found.source_id)}
    return NewEvent(
        type=event_type,
        occurred_at=now,
        received_at=now,
        member_id=found.member_id,
        quantity=found.quantity,
        properties={**of, **properties},
    )
