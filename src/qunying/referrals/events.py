"""What referrals record on the stream; the member is the inviter."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_OF = {"programme_id": "the programme", "friend": "who was brought"}

REFERRAL_BOUND = EventType("referral_bound", _("Brought a friend"), properties=_OF)
REFERRAL_QUALIFIED = EventType("referral_qualified", _("A friend qualified"), properties=_OF)
REFERRAL_REWARDED = EventType("referral_rewarded", _("Rewarded for a friend"), properties=_OF)
REFERRAL_RETURNED = EventType(
    "referral_returned", _("A friend's order was returned"), properties={**_OF, "state": "what it was before"}
)
SHARE_VISITED = EventType(
    "referral_share_visited", _("Brought a visitor"), properties={"offer_id": "the shared page"}
)
