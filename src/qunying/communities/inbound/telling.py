"""What the stream is told of a message besides who, when and where."""

from uuid import UUID

from qunying.communities.inbound.folding import Known
from qunying.communities.inbound.storing import message_id_of
from qunying.engines.chat_marks import asks_something, topics_in


def told_properties(community_id: UUID, known: Known, *, is_member: bool) -> dict[str, str]:
    """Return the properties of ``message_posted``; never the text itself."""
    content = known.present[0] if known.present else None
    text = content.text if content else ""
    told = {
        "kind": content.kind if content else "",
        "reply_to": str(message_id_of(community_id, known.reply_to)) if known.reply_to else "",
        "topics": ",".join(topics_in(text)),
        "question": "yes" if asks_something(text) else "",
        "platform_user_id": "" if is_member else known.author_id,
    }
    return {name: value for name, value in told.items() if value}
