"""How many members a message would reach, and how many not and why, if it were planned now."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from qunying.messages.models import Purpose
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.sending.standing import load_standings, refusal_of

CHUNK = 10_000


def count_reachable(member_ids: Sequence[UUID], channel_id: UUID, now: datetime) -> dict[str, int]:
    """Return how many of the members a promotion would reach (``reachable``), and by reason how many it would
    not.

    Raises:
        ChannelNotFound: when there is no such channel.
    """
    channel = get_channel(channel_id)
    counts: Counter[str] = Counter(reachable=0)
    for first in range(0, len(member_ids), CHUNK):
        chunk = member_ids[first : first + CHUNK]
        for standing in load_standings(chunk, channel, [], now).values():
            refusal = refusal_of(standing, Purpose.PROMOTION, None)
            counts[refusal.reason.value if refusal else "reachable"] += 1
    return dict(counts)
