"""Change, pause or resume a way out."""

from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.sealing import unseal
from qunying.messages.actions.create_channel import ChannelWritten, make_default, set_secret, write_channel
from qunying.messages.models import Channel
from qunying.messages.queries.get_channel import ChannelNotFound


@action
def change_channel(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    channel_id: UUID,
    name: str,
    settings: dict[str, Any],
    secret: str | None = None,
    per_minute: int | None = None,
    is_active: bool = True,
    is_default: bool = False,
) -> ChannelWritten:
    """Change a channel. What is planned on it goes out with the new settings, or waits while it is not
    active.

    Args:
        secret: None keeps the present one.
        is_active: False pauses the channel; promotions that grow stale meanwhile are dropped.

    The other arguments are those of ``create_channel``; the kind never changes.

    Raises:
        ChannelNotFound, and what ``create_channel`` raises.
    """
    channel = Channel.objects.select_for_update().filter(pk=channel_id).first()
    if channel is None:
        raise ChannelNotFound
    write_channel(channel, name, settings, per_minute)
    if secret is not None:
        set_secret(channel, secret)
    elif channel.kind == Channel.Kind.TELEGRAM_BOT:
        set_secret(channel, unseal(channel.sealed_secret))  # another chat has another pace
    channel.is_active = is_active
    if is_default:
        make_default(channel)
    else:
        channel.is_default = False
    channel.save()
    return ChannelWritten(channel.pk)
