"""Whom a message would reach, and whom not and why, if it were planned now."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.messages.models import Purpose
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.sending.standing import load_standings, refusal_of

CHUNK = 10_000


@dataclass(frozen=True)
class Reachable:
    """The members whom a promotion would reach, and by reason how many it would not."""

    members: list[UUID]
    excluded: dict[str, int]


def list_reachable(member_ids: Sequence[UUID], channel_id: UUID, now: datetime) -> Reachable:
    """Return which of the members a promotion would reach. The daily limit is not asked (``get_fatigue``).

    Raises:
        ChannelNotFound: when there is no such channel.
    """
    channel = get_channel(channel_id)
    members: list[UUID] = []
    excluded = defaultdict[str, int](int)
    for first in range(0, len(member_ids), CHUNK):
        chunk = member_ids[first : first + CHUNK]
        for member_id, standing in load_standings(chunk, channel, [], now).items():
            refusal = refusal_of(standing, Purpose.PROMOTION, None)
            if refusal is None:
                members.append(member_id)
            else:
                excluded[refusal.reason.value] += 1
    return Reachable(members, dict(excluded))
