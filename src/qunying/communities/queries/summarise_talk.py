"""How people talk in a community: when, who answers whom, who helps."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from qunying.communities.models import GroupMember

MOST_HELPERS = 20

_FIGURES = """
SELECT count(*), count(DISTINCT author_id), count(*) FILTER (WHERE reply_to_platform_id <> ''),
    count(*) FILTER (WHERE reply_to_platform_id = '' AND EXISTS (
        SELECT FROM communities_message AS reply WHERE reply.reply_to_id = message.id AND reply.author_id <> message.author_id))
FROM communities_message AS message WHERE {scope}
"""
_WAIT = """
SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM first_at - sent_at)) FROM (
    SELECT message.sent_at, min(reply.sent_at) AS first_at FROM communities_message AS message
    JOIN communities_message AS reply ON reply.reply_to_id = message.id AND reply.author_id <> message.author_id
    WHERE {scope} AND reply.sent_at >= message.sent_at GROUP BY message.id, message.sent_at
) AS answered
"""
_HOURS = """
SELECT extract(isodow FROM sent_at AT TIME ZONE %(zone)s)::int - 1, extract(hour FROM sent_at AT TIME ZONE %(zone)s)::int, count(*)
FROM communities_message AS message WHERE {scope} GROUP BY 1, 2
"""
_HELPERS = """
SELECT message.author_id, count(DISTINCT answered.author_id), count(*) FROM communities_message AS message
JOIN communities_message AS answered ON answered.id = message.reply_to_id AND answered.author_id <> message.author_id
WHERE {scope} GROUP BY 1 ORDER BY 2 DESC, 3 DESC, 1 LIMIT %(most)s
"""
_SCOPE = (
    "message.community_id = %(community)s AND message.sent_at >= %(start)s AND message.sent_at < %(end)s"
    " AND message.kind <> 'system' AND message.deleted_at IS NULL AND message.content_hash IS NOT NULL"
)


@dataclass(frozen=True)
class Helper:
    """Somebody who answers: how many different people, in how many messages."""

    person: GroupMember
    people_helped: int
    answers: int


@dataclass(frozen=True)
class Talk:
    """How people talked in a period.

    Attributes:
        messages: what people said (no notices, nothing taken back).
        speakers: who said something.
        replies: messages that answer another.
        answered: messages that begin something and got an answer from somebody else.
        median_wait_seconds: how long until the first answer, for what was answered; None where nothing was.
        hours: messages by weekday (0 = Monday) and hour of the brand's zone, 7 × 24.
        helpers: who helps most different people.
    """

    messages: int
    speakers: int
    replies: int
    answered: int
    median_wait_seconds: float | None
    hours: list[list[int]]
    helpers: list[Helper]


def summarise_talk(community_id: UUID, start: datetime, end: datetime, *, zone: str) -> Talk:
    """Return how people of a community talked from ``start`` up to ``end``."""
    names: dict[str, Any] = {
        "community": community_id,
        "start": start,
        "end": end,
        "zone": zone,
        "most": MOST_HELPERS,
    }
    hours = [[0] * 24 for _weekday in range(7)]
    with connection.cursor() as cursor:
        cursor.execute(_FIGURES.format(scope=_SCOPE), names)
        messages, speakers, replies, answered = cursor.fetchone()
        cursor.execute(_WAIT.format(scope=_SCOPE), names)
        (wait,) = cursor.fetchone()
        cursor.execute(_HOURS.format(scope=_SCOPE), names)
        for weekday, hour, count in cursor:
            hours[weekday][hour] = count
        cursor.execute(_HELPERS.format(scope=_SCOPE), names)
        rows = cursor.fetchall()
    people = GroupMember.objects.in_bulk([row[0] for row in rows])
    return Talk(
        messages=messages,
        speakers=speakers,
        replies=replies,
        answered=answered,
        median_wait_seconds=wait,
        hours=hours,
        helpers=[Helper(people[person], helped, count) for person, helped, count in rows],
    )
