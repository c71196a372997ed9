"""What each kind of channel needs of a member: an identity to write to and a consent to ask for."""

from qunying.messages.channels.robots import is_robot
from qunying.messages.models import Channel

_CONSENT_BY_IDENTITY = {
    "email": "email",
    "phone": "sms",
    "shop_customer": "sms",
    "wecom": "wecom",
    "openid": "wecom",
    "unionid": "wecom",
    "platform_user": "wecom",
}


def identity_of(channel: Channel) -> str:
    """Return the type of identity that a channel writes to; empty when it reaches everybody (the mailbox)."""
    if channel.kind == Channel.Kind.EMAIL:
        return "email"
    if channel.kind == Channel.Kind.SMS:
        return "phone"
    if channel.kind == Channel.Kind.WEBHOOK:
        return str(channel.settings.get("identity", "phone"))
    return ""


def consent_of(channel: Channel) -> str:
    """Return the consent that promotions on a channel ask for, unless its settings name another.

    It is what members are asked about, see ``consent_wording``: a webhook that knows phones sends text
    messages.
    """
    if named := channel.settings.get("consent"):
        return str(named)
    return _CONSENT_BY_IDENTITY.get(identity_of(channel), "mailbox")


def is_personal(channel: Channel) -> bool:
    """Tell whether a channel reaches one person; group robots and people who post by hand never do."""
    return not is_robot(channel.kind) and channel.kind != Channel.Kind.BY_HAND


def takes_posts(channel: Channel) -> bool:
    """Tell whether a channel can carry a post to a whole community."""
    return channel.kind not in {Channel.Kind.EMAIL, Channel.Kind.SMS}
