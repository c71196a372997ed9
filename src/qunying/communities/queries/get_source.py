"""Sources of messages and the chats that they know."""

from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import MessageSource, PlatformChat
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.sealing import unseal


class SourceNotFound(Problem):
    """There is no such source, or it was closed."""

    code = "message_source_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such message source.")


class ChatNotFound(Problem):
    """There is no such chat."""

    code = "platform_chat_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such chat.")


def get_source(source_id: UUID) -> MessageSource:
    """Return a source.

    Raises:
        SourceNotFound: when there is none.
    """
    source = MessageSource.objects.filter(pk=source_id).first()
    if source is None:
        raise SourceNotFound
    return source


def get_open_source(source_id: UUID) -> tuple[MessageSource, str]:
    """Return a source that is listened to, with its secret.

    Raises:
        SourceNotFound: when there is none, or it was closed.
    """
    source = MessageSource.objects.filter(pk=source_id, closed_at=None).first()
    if source is None:
        raise SourceNotFound
    return source, unseal(source.sealed_secret)


def list_sources() -> list[MessageSource]:
    """Return all sources, the open ones first, by name."""
    return sorted(MessageSource.objects.all(), key=lambda source: (source.closed_at is not None, source.name))


def list_chats(source_id: UUID) -> list[PlatformChat]:
    """Return the chats of a source, each with how many messages are kept aside (``held_count``)."""
    chats = PlatformChat.objects.filter(source_id=source_id).select_related("community")
    return list(chats.annotate(held_count=Count("held")).order_by("title", "chat_id"))
