"""What the points shop records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.points_shop.models import Item
from qunying.stream.events import EventType

_OF = {"item_id": "the item", "kind": "goods, coupon or chances", "purchase_id": "the purchase"}

ITEM_BOUGHT = EventType(
    "item_bought",
    _("Bought for points"),
    properties={**_OF, "points": "what it cost"},
    words={"kind": dict(Item.Kind.choices)},
)
PURCHASE_CANCELLED = EventType(
    "purchase_cancelled",
    _("Purchase for points cancelled"),
    properties={**_OF, "reason": "why"},
    words={"kind": dict(Item.Kind.choices)},
)
