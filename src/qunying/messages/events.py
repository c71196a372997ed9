"""What this noun records on the stream."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_SEND = {"send": "id of the send", "channel": "kind of the channel", "step": "step of the campaign"}

MESSAGE_SENT = EventType("message_sent", _("Message sent"), {**_SEND, "purpose": "promotion or service"})
MESSAGE_REFUSED = EventType(
    "message_refused", _("Message refused by the channel"), {**_SEND, "reason": "what decided"}
)
MESSAGE_DROPPED = EventType(
    "message_dropped", _("Message not sent"), {**_SEND, "reason": "which rule decided"}
)
MESSAGE_CLICKED = EventType("message_clicked", _("Link in a message opened"), _SEND)
COMMUNITY_POSTED = EventType("community_posted", _("Posted to a community"), _SEND)
