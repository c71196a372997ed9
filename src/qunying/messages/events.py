"""What this noun records on the stream."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.messages.models import Channel, Purpose
from qunying.messages.reasons import Reason
from qunying.stream.events import EventType

_SEND = {"send": "id of the send", "channel": "kind of the channel", "step": "step of the campaign"}

_WORDS: dict[str, Mapping[str, str | Promise]] = {
    "channel": dict(Channel.Kind.choices),
    "purpose": dict(Purpose.choices),
    "reason": dict(Reason.choices),
    "step": {"offer": ""},
}

MESSAGE_SENT = EventType(
    "message_sent", _("Message sent"), {**_SEND, "purpose": "promotion or service"}, words=_WORDS
)
MESSAGE_REFUSED = EventType(
    "message_refused", _("Message refused by the channel"), {**_SEND, "reason": "what decided"}, words=_WORDS
)
MESSAGE_DROPPED = EventType(
    "message_dropped", _("Message not sent"), {**_SEND, "reason": "which rule decided"}, words=_WORDS
)
MESSAGE_CLICKED = EventType("message_clicked", _("Link in a message opened"), _SEND, words=_WORDS)
COMMUNITY_POSTED = EventType("community_posted", _("Posted to a community"), _SEND, words=_WORDS)
