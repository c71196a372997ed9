"""What an event may be: every noun declares the events that it records, with their properties.

    COUPON_CLAIMED = EventType(
        "coupon_claimed", _("Coupon claimed"), properties={"template_id": "the template", "serial": "…"}
    )

At the end stand the standard names for what members do elsewhere and other systems report; ``docs/events.md``
lists them, and who may use which.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_NAME_LENGTH = 64
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)+")

# Whatever begins with one of these words is ours to tell: nobody outside may claim that we granted a coupon.
OWN_WORDS = frozenset(
    {
        "anonymous", "appeal", "attribute", "badge", "balance", "budget", "campaign", "commission", "community",
        "consent", "contact", "coupon", "draw", "growth", "hold", "identity", "journey", "ledger", "member",
        "members", "merge", "message", "packet", "penalty", "points", "prize", "qunying", "referral", "refund",
        "reward", "score", "segment", "staff", "stage", "stock", "tag", "tier",
    }
)  # fmt: skip

# A shop reports its orders itself when it does not hand them over as files.
OUTSIDE_WORDS = frozenset({"order"})


@dataclass(frozen=True)
class EventType:
    """The name of an event (noun + past verb), its title for people, and what each of its properties says.

    ``outside`` marks what other systems report to us; everything else that is declared is ours alone. ``words``: of a
    property whose values are codes, what people read for each.
    """

    name: str
    title: str | Promise
    properties: Mapping[str, str] = field(default_factory=dict)
    outside: bool = False
    words: Mapping[str, Mapping[str, str | Promise]] = field(default_factory=dict)
    known: ClassVar[dict[str, "EventType"]] = {}

    def __post_init__(self) -> None:
        if not is_event_name(self.name):
            raise ValueError(f"{self.name!r} is not a noun and a past verb in lower_snake")
        EventType.known[self.name] = self


def is_event_name(name: str) -> bool:
    """Tell whether a name has an event's form: lower_snake, at least two words, at most 64 characters."""
    return len(name) <= MAX_NAME_LENGTH and _NAME.fullmatch(name) is not None


def is_own_event(name: str) -> bool:
    """Tell whether only the platform itself may record events of this name."""
    word = name.split("_", 1)[0]
    if word in OWN_WORDS:
        return True
    known = EventType.known.get(name)
    return known is not None and not known.outside and word not in OUTSIDE_WORDS


def _outside(name: str, title: str | Promise, **properties: str) -> EventType:
    return EventType(name, title, properties=properties, outside=True)


APP_OPENED = _outside("app_opened", _("App or mini program opened"))
PAGE_VIEWED = _outside("page_viewed", _("Page viewed"), page="its address or name")
PRODUCT_VIEWED = _outside("product_viewed", _("Product viewed"))
PRODUCT_SEARCHED = _outside("product_searched", _("Product searched for"), words="what was searched for")
PRODUCT_SAVED = _outside("product_saved", _("Product saved"))
PRODUCT_SHARED = _outside("product_shared", _("Product shared"), platform="where to")
PRODUCT_REVIEWED = _outside("product_reviewed", _("Product reviewed"), stars="1 to 5", text="the review")
CART_ITEM_ADDED = _outside("cart_item_added", _("Put into the cart"))
CART_ITEM_REMOVED = _outside("cart_item_removed", _("Taken out of the cart"))
CHECKOUT_STARTED = _outside("checkout_started", _("Checkout started"))
ORDER_PLACED = _outside("order_placed", _("Order placed"), number="the order number")
ORDER_CANCELLED = _outside("order_cancelled", _("Order cancelled"), number="the order number")
ORDER_SHIPPED = _outside("order_shipped", _("Order shipped"), number="the order number")
ORDER_DELIVERED = _outside("order_delivered", _("Order delivered"), number="the order number")
RETURN_REQUESTED = _outside(
    "return_requested", _("Return asked for"), number="the order number", reason="why"
)
CONTENT_VIEWED = _outside("content_viewed", _("Content viewed"), share="the share that led there")
CONTENT_LIKED = _outside("content_liked", _("Content liked"))
CONTENT_SHARED = _outside("content_shared", _("Content shared"), platform="where to")
CONTENT_COMMENTED = _outside(
    "content_commented",
    _("Content commented on"),
    text="the comment",
    comment="its id, when it was written on the platform",
)
CONTENT_SAVED = _outside("content_saved", _("Content saved"))
CONTENT_REPORTED = _outside("content_reported", _("Content reported"), reason="why")
GROUP_JOINED = _outside("group_joined", _("Joined a group elsewhere"), group="its name or id")
GROUP_LEFT = _outside("group_left", _("Left a group elsewhere"), group="its name or id")
GROUP_SPOKEN = _outside("group_spoken", _("Spoke in a group"), group="its name or id")
LIVE_WATCHED = _outside("live_watched", _("Watched live"), seconds="for how long")
VIDEO_WATCHED = _outside("video_watched", _("Watched a video"), seconds="for how long")
CHECK_IN_MADE = _outside("check_in_made", _("Checked in"))
CODE_SCANNED = _outside("code_scanned", _("Code scanned"), code="which one", place="where")
STORE_VISITED = _outside("store_visited", _("Store visited"), store="which one")
QUESTION_ASKED = _outside("question_asked", _("Question asked"), topic="about what")
SURVEY_ANSWERED = _outside(
    "survey_answered", _("Survey answered"), survey="which one", score="the score, if any"
)
FRIEND_INVITED = _outside("friend_invited", _("Friend brought in"), friend="who came")
GIFT_REDEEMED = _outside("gift_redeemed", _("Gift picked up"), gift="which one")
