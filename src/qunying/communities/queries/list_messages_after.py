"""Messages in the order in which they arrived, for readers that look at each one."""

from dataclasses import dataclass

from qunying.communities.models import Message
from qunying.stream.horizon import safe_horizon

_NEXT = """
SELECT * FROM communities_message
WHERE (transaction, position) > (%s, %s) AND transaction < %s ORDER BY transaction, position LIMIT %s
"""


@dataclass(frozen=True)
class Position:
    """How far a reader has come; the first one is ``Position()``. Keep both numbers, e.g. in a cursor row of your own."""

    transaction: int = 0
    position: int = 0


@dataclass(frozen=True)
class Arrived:
    """Messages in order of arrival, with author, and the position behind them."""

    messages: list[Message]
    position: Position


def list_messages_after(position: Position, size: int = 500) -> Arrived:
    """Return the next messages. One that was edited or deleted since comes again.

    Only what is final is returned: rows of transactions that still run, or that began after one that still runs (also
    the reader's own), come with a later call.
    """
    found = Message.objects.raw(
        _NEXT, [position.transaction, position.position, safe_horizon().transaction, size]
    ).prefetch_related("author")
    messages = list(found)
    if messages:
        position = Position(messages[-1].transaction, messages[-1].position)
    return Arrived(messages, position)
