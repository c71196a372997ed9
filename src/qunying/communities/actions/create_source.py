"""Set up an address to which a platform or a program delivers messages."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.communities.inbound.platforms.opening import made_secret, stored_secret
from qunying.communities.models import MessageSource
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import seal
from qunying.kernel.wording import checked_text


class SourceSecretInvalid(Problem):
    """The secret does not have the form that its platform gives it."""

    code = "source_secret_invalid"
    kind = Kind.INVALID
    message = _(
        "This is not what the platform's console shows: copy the secret (and for WeCom the token) again."
    )


class SourceNameTaken(Problem):
    """Another source has this name."""

    code = "source_name_taken"
    kind = Kind.CONFLICT
    message = _("There is already a message source called “{name}”.")


class SourcePlatformUnknown(Problem):
    """There is no such platform to receive from."""

    code = "source_platform_unknown"
    kind = Kind.INVALID
    message = _("Messages cannot be received from “{platform}”.")


@dataclass(frozen=True)
class SourceCreated:
    """The new source. Where we made its secret, its page shows it to those who may set sources up."""

    source_id: UUID


@action
def create_source(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    platform: str,
    name: str,
    secret: str = "",
    token: str = "",
) -> SourceCreated:
    """Set up a source. For Telegram and own programs the secret is made here; the others bring theirs.

    Args:
        platform: one of ``MessageSource.Platform``.
        secret: WeCom's EncodingAESKey, DingTalk's app secret, Feishu's Encrypt Key.
        token: WeCom's token.

    Raises:
        SourcePlatformUnknown, SourceSecretInvalid, SourceNameTaken, BadText.
    """
    if platform not in MessageSource.Platform.values:
        raise SourcePlatformUnknown(platform=platform[:20])
    name = checked_text(name, field="name", max_length=100)
    kept = made_secret(platform) or stored_secret(platform, secret, token)
    if kept is None:
        raise SourceSecretInvalid
    if MessageSource.objects.filter(name=name).exists():
        raise SourceNameTaken(name=name)
    source = MessageSource.objects.create(
        platform=platform, name=name, sealed_secret=seal(kept), created_at=now
    )
    return SourceCreated(source.pk)
