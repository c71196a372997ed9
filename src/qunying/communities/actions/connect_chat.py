"""Say which community a platform's chat is."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pydantic import TypeAdapter

from qunying.communities.actions.receive_messages import receive_messages
from qunying.communities.inbound.incoming import IncomingMessage
from qunying.communities.models import HeldMessage, PlatformChat
from qunying.communities.queries.get_community import get_community
from qunying.communities.queries.get_source import ChatNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

_ROWS = TypeAdapter(list[IncomingMessage])


@dataclass(frozen=True)
class ChatConnected:
    """How many messages had been kept aside and are the community's now."""

    messages: int


@action
def connect_chat(
    *, command_id: str, actor: Actor, now: datetime, chat_id: UUID, community_id: UUID
) -> ChatConnected:
    """Give a chat to a community, with what was kept aside of it; later messages go there by themselves.

    Raises:
        ChatNotFound, CommunityNotFound.
    """
    community = get_community(community_id)
    chat = PlatformChat.objects.select_for_update().filter(pk=chat_id).first()
    if chat is None:
        raise ChatNotFound
    chat.community = community
    chat.save(update_fields=["community"])
    held = HeldMessage.objects.filter(chat=chat)
    rows = _ROWS.validate_python(list(held.order_by("id").values_list("row", flat=True)))
    received = receive_messages(
        command_id=command_id, actor=actor, now=now, community_id=community.pk, rows=rows
    )
    held.delete()
    return ChatConnected(received.new)
