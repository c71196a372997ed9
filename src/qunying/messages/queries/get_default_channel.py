"""The channel that is taken when nobody chose one."""

from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.channels.needs import identity_of
from qunying.messages.models import Channel
from qunying.messages.queries.get_channel import get_channel


def get_default_channel() -> Channel:
    """Return the channel that staff made the default; without one, the built-in mailbox."""
    return Channel.objects.filter(is_default=True, is_active=True).first() or get_channel(MAILBOX_ID)


def get_channel_for(contact_type: str) -> Channel:
    """Return a channel that writes to contacts of a type, the default one first; without any, the built-in
    mailbox.

    Args:
        contact_type: ``email``, ``phone`` …; empty takes the default channel.
    """
    if not contact_type:
        return get_default_channel()
    for channel in Channel.objects.filter(is_active=True).order_by("-is_default", "created_at"):
        if identity_of(channel) == contact_type:
            return channel
    return get_channel(MAILBOX_ID)
