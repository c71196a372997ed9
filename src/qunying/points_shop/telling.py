"""The events of purchases."""

from datetime import datetime

from qunying.points_shop.models import Purchase
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent


def purchase_event(purchase: Purchase, event_type: EventType, now: datetime, **properties: str) -> NewEvent:
    """Return an event about a purchase."""
    of = {
        "item_id": str(purchase.item_id),
        "kind": purchase.item.kind,
        "purchase_id": str(purchase.id),
    }
    return NewEvent(
        type=event_type,
        occurred_at=now,
        received_at=now,
        member_id=purchase.member_id,
        quantity=purchase.quantity,
        properties={**of, **properties},
    )
