"""One channel."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Channel


class ChannelNotFound(Problem):
    """There is no such channel."""

    code = "channel_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such message channel.")


def get_channel(channel_id: UUID) -> Channel:
    """Return a channel.

    Raises:
        ChannelNotFound: when there is none.
    """
    channel = Channel.objects.filter(pk=channel_id).first()
    if channel is None:
        raise ChannelNotFound
    return channel
