"""The channel that is taken when nobody chose one."""

from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.models import Channel
from qunying.messages.queries.get_channel import get_channel


def get_default_channel() -> Channel:
    """Return the channel that staff made the default; without one, the built-in mailbox."""
    return Channel.objects.filter(is_default=True, is_active=True).first() or get_channel(MAILBOX_ID)
