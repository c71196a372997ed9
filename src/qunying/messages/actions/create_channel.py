"""Open a way out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import fingerprint, seal
from qunying.messages.channels.needs import is_personal
from qunying.messages.channels.robots import ROBOTS, is_robot, opened
from qunying.messages.channels.settings import BadChannelSetting, checked_secret, checked_settings
from qunying.messages.models import Channel
from qunying.messages.rendering import one_line

MAX_NAME = 100
MAX_PER_MINUTE = 100_000


class ChannelNameTaken(Problem):
    """Another channel has the name."""

    code = "channel_name_taken"
    kind = Kind.CONFLICT
    message = _("There is a channel named “{name}” already.")


@dataclass(frozen=True)
class ChannelWritten:
    """The channel."""

    channel_id: UUID


@action
def create_channel(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    kind: str,
    name: str,
    settings: dict[str, Any],
    secret: str = "",
    per_minute: int | None = None,
    is_default: bool = False,
) -> ChannelWritten:
    """Open a channel.

    Args:
        kind: ``email``, ``sms``, ``webhook``, ``wecom_robot``, ``dingtalk_robot``, ``feishu_robot``, ``telegram_bot`` or another
            ``mailbox``.
        settings: by kind, see ``channels/settings.py``.
        secret: the mail server's password, the SMS provider's key, the webhook's signing secret, the robot's token (or its whole address) with its
            signing secret after a space when it signs; sealed, never shown again.
        per_minute: the pace; None for none (a robot always keeps to its platform's), 0 for silence.
        is_default: whether campaigns that choose no channel go out here.

    Raises:
        ChannelNameTaken, BadChannelSetting, InsecureUrl, BadUrl, PortRefused.
    """
    channel = Channel(pk=new_id(), kind=kind, created_at=now)
    write_channel(channel, name, settings, per_minute)
    set_secret(channel, secret)
    if is_default:
        make_default(channel)
    channel.save(force_insert=True)
    return ChannelWritten(channel.pk)


def write_channel(channel: Channel, name: str, settings: dict[str, Any], per_minute: int | None) -> None:
    """Put checked values into a channel that is about to be saved."""
    channel.name = one_line(name)
    if not channel.name or len(channel.name) > MAX_NAME:
        raise BadChannelSetting(setting="name", why="")
    if Channel.objects.filter(name=channel.name).exclude(pk=channel.pk).exists():
        raise ChannelNameTaken(name=channel.name)
    channel.settings = checked_settings(channel.kind, settings)
    if per_minute is not None and not 0 <= per_minute <= MAX_PER_MINUTE:
        raise BadChannelSetting(setting="per_minute", why="")
    if is_robot(channel.kind):
        most = ROBOTS[channel.kind].per_minute
        per_minute = most if per_minute is None else min(per_minute, most)
    channel.per_minute = per_minute


def set_secret(channel: Channel, secret: str) -> None:
    """Seal a secret into a channel. Channels that share a robot share its pace; a Telegram bot has one in each chat."""
    secret = checked_secret(channel.kind, secret)
    channel.sealed_secret = seal(secret)
    if is_robot(channel.kind):
        place = f"{opened(secret)[0]} {channel.settings.get('chat', '')}".strip()
        channel.pace_key = f"robot:{fingerprint(place)}"
    else:
        channel.pace_key = f"channel:{channel.pk}"


def make_default(channel: Channel) -> None:
    """Make a channel the one that is taken when nobody chooses.

    Raises:
        BadChannelSetting: when it cannot reach single members.
    """
    if not is_personal(channel):
        raise BadChannelSetting(setting="is_default", why=channel.kind)
    Channel.objects.filter(is_default=True).exclude(pk=channel.pk).update(is_default=False)
    channel.is_default = True
