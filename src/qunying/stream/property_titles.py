"""What people call the properties of events, wherever rules are written or read.

Ids, proofs and counters of the machinery have no title: rules may name them, but no list offers them.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from qunying.stream.events import EventType

Titles = Mapping[str, str | Promise]

# What every event has beside its own properties.
COLUMN_TITLES: Titles = {
    "product": pgettext_lazy("property", "product"),
    "quantity": pgettext_lazy("property", "quantity"),
    "amount": pgettext_lazy("property", "amount"),
    "currency": pgettext_lazy("property", "currency"),
    "order_id": pgettext_lazy("property", "order (id)"),
    "campaign_id": pgettext_lazy("property", "campaign (id)"),
    "community_id": pgettext_lazy("property", "community (id)"),
    "content_id": pgettext_lazy("property", "content (id)"),
}
PROPERTY_TITLES: Titles = {
    "activity_id": pgettext_lazy("property", "activity (id)"),
    "arm": pgettext_lazy("property", "treatment or control"),
    "attribute": pgettext_lazy("property", "attribute"),
    "badge": pgettext_lazy("property", "badge (id)"),
    "board": pgettext_lazy("property", "board"),
    "carrier": pgettext_lazy("property", "carrier"),
    "channel": pgettext_lazy("property", "channel"),
    "code": pgettext_lazy("property", "code"),
    "country": pgettext_lazy("property", "country or region"),
    "day": pgettext_lazy("property", "day"),
    "description": pgettext_lazy("property", "product name"),
    "gift": pgettext_lazy("property", "gift"),
    "group": pgettext_lazy("property", "group"),
    "how": pgettext_lazy("property", "way"),
    "item_id": pgettext_lazy("property", "item of the points shop (id)"),
    "kind": pgettext_lazy("property", "kind"),
    "level": pgettext_lazy("property", "level"),
    "name": pgettext_lazy("property", "name"),
    "new": pgettext_lazy("property", "new value"),
    "number": pgettext_lazy("property", "number"),
    "old": pgettext_lazy("property", "old value"),
    "order_number": pgettext_lazy("property", "order number"),
    "outcome": pgettext_lazy("property", "outcome"),
    "page": pgettext_lazy("property", "page"),
    "place": pgettext_lazy("property", "place"),
    "platform": pgettext_lazy("property", "platform"),
    "points": pgettext_lazy("property", "points"),
    "programme_id": pgettext_lazy("property", "referral programme (id)"),
    "purpose": pgettext_lazy("property", "purpose"),
    "reason": pgettext_lazy("property", "reason"),
    "role": pgettext_lazy("property", "role"),
    "score": pgettext_lazy("property", "score"),
    "seconds": pgettext_lazy("property", "seconds"),
    "size": pgettext_lazy("property", "size of the team"),
    "source": pgettext_lazy("property", "source"),
    "stars": pgettext_lazy("property", "stars"),
    "state": pgettext_lazy("property", "state"),
    "stock_code": pgettext_lazy("property", "product number"),
    "store": pgettext_lazy("property", "store"),
    "survey": pgettext_lazy("property", "survey"),
    "tag": pgettext_lazy("property", "tag"),
    "template_id": pgettext_lazy("property", "coupon (id)"),
    "text": pgettext_lazy("property", "text"),
    "topic": pgettext_lazy("property", "topic"),
    "topics": pgettext_lazy("property", "topics"),
    "verdict": pgettext_lazy("property", "verdict"),
    "violation": pgettext_lazy("property", "kind of violation"),
    "way": pgettext_lazy("property", "way"),
    "words": pgettext_lazy("property", "words searched for"),
}
# Some words mean something closer in the events of one noun.
CLOSER_TITLES: Mapping[str, Titles] = {
    "order": {
        "channel": pgettext_lazy("property", "sales channel"),
        "number": pgettext_lazy("property", "order number"),
    },
    "tier": {"level": pgettext_lazy("property", "tier")},
}


def property_title(name: str, event: str = "") -> str:
    """Return what a property is called in the events of a name; its own name when it has no title."""
    closer = CLOSER_TITLES.get(event.partition("_")[0], {})
    return str(closer.get(name) or PROPERTY_TITLES.get(name) or COLUMN_TITLES.get(name) or name)


def list_properties(event: str) -> list[tuple[str, str]]:
    """Return the declared properties of an event that people have a word for, with it."""
    known = EventType.known.get(event)
    return (
        [(name, property_title(name, event)) for name in known.properties if name in PROPERTY_TITLES]
        if known
        else []
    )
