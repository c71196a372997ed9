"""What rewards records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.ledger.reasons import REASONS
from qunying.rewards.models import PointsGrant
from qunying.stream.events import EventType

_COUPON = {
    "template_id": "the coupon template",
    "coupon_id": "the coupon",
    "serial": "its number among the template's coupons",
}

COUPON_CLAIMED = EventType(
    "coupon_claimed",
    _("Coupon claimed"),
    properties={**_COUPON, "how": "claimed by the member, or granted"},
    words={"how": {"claimed": _("claimed by the member"), "granted": _("granted")}},
)
COUPON_RESERVED = EventType(
    "coupon_reserved", _("Coupon reserved"), properties={**_COUPON, "order_number": "the shop's order number"}
)
COUPON_RELEASED = EventType(
    "coupon_released", _("Coupon reservation ended"), properties={**_COUPON, "reason": "why it ended"}
)
COUPON_REDEEMED = EventType(
    "coupon_redeemed",
    _("Coupon redeemed"),
    properties={**_COUPON, "order_number": "the shop's order number"},
)
COUPON_ROLLED_BACK = EventType(
    "coupon_rolled_back",
    _("Coupon redemption undone"),
    properties={
        **_COUPON,
        "order_number": "the shop's order number",
        "reason": "why",
        "state": "what it is now",
    },
)
COUPON_PARTLY_RETURNED = EventType(
    "coupon_partly_returned",
    _("Part of a coupon's discount came back"),
    properties={**_COUPON, "order_number": "the shop's order number", "reason": "why"},
)
COUPON_WITHDRAWN = EventType(
    "coupon_withdrawn",
    _("Coupon withdrawn"),
    properties={**_COUPON, "reason": "why"},
    words={"reason": REASONS},
)
COUPON_EXPIRED = EventType("coupon_expired", _("Coupon expired"), properties=_COUPON)

_OFFER = {
    "promotion_id": "the version of the automatic offer",
    "order_number": "the shop's order number",
}
OFFER_USED = EventType("reward_offer_used", _("Automatic offer used"), properties=_OFFER)
OFFER_UNDONE = EventType("reward_offer_undone", _("Automatic offer undone"), properties=_OFFER)

_POINTS = {"reason": "why", "transaction_id": "the transaction in the book"}

POINTS_GRANTED = EventType(
    "points_granted",
    _("Points granted"),
    properties={**_POINTS, "state": "pending or available"},
    words={"state": dict(PointsGrant.State.choices), "reason": REASONS},
)
POINTS_MATURED = EventType("points_matured", _("Points became available"), properties=_POINTS)
_ORDER = {"order_number": "the shop's order number, when points pay for a part of an order"}
POINTS_RESERVED = EventType("points_reserved", _("Points reserved for an order"), properties=_ORDER)
POINTS_RELEASED = EventType("points_released", _("Points of a reservation freed"), properties=_ORDER)
POINTS_SPENT = EventType("points_spent", _("Points spent"), properties={**_POINTS, **_ORDER})
POINTS_REFUNDED = EventType("points_refunded", _("Points given back"), properties=_POINTS)
POINTS_TAKEN_BACK = EventType(
    "points_taken_back",
    _("Points taken back"),
    properties={**_POINTS, "debt": "the part that is owed now"},
    words={"reason": REASONS},
)
POINTS_FORFEITED = EventType("points_forfeited", _("Points taken by a penalty"), properties=_POINTS)
POINTS_RESTORED = EventType("points_restored", _("Points of a penalty given back"), properties=_POINTS)
POINTS_EXPIRED = EventType("points_expired", _("Points expired"), properties=_POINTS)

_GROWTH = {"reason": "the rule, or why", "transaction_id": "the transaction in the book"}
GROWTH_GRANTED = EventType("growth_granted", _("Growth value earned"), properties=_GROWTH)
GROWTH_TAKEN_BACK = EventType(
    "growth_taken_back", _("Growth value taken back"), properties=_GROWTH, words={"reason": REASONS}
)

TIER_CHANGED = EventType(
    "tier_changed",
    _("Tier changed"),
    properties={
        "old": "the tier before",
        "new": "the tier now",
        "kind": "upgraded, downgraded",
        "growth": "growth value that decided it",
        "valid_until": "until when it is valid, if it ends",
    },
    words={"kind": {"upgraded": _("upgraded"), "downgraded": _("downgraded")}},
)
TIER_KEPT = EventType(
    "tier_kept", _("Tier kept"), properties={"level": "the tier", "valid_until": "until when it is valid now"}
)
TIER_WARNED = EventType(
    "tier_warned",
    _("Tier about to end"),
    properties={"level": "the tier", "until": "when it ends unless kept"},
)
