"""What is said on boards and in groups, as the stream tells it: both count alike."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from qunying.stream.lake import Analysis, property_of

SAID = ("board_post_published", "board_reply_published", "message_posted")


def spoken(analysis: Analysis, names: Collection[str], community_id: UUID | None) -> Any:
    """Return the events of these names, of one community or of all."""
    events = analysis.events.filter(analysis.events.name.isin(names))
    return events if community_id is None else events.filter(events.community_id == str(community_id))


def person_of(events: Any) -> Any:
    """Return who an event is by, as an expression: the member, or whoever is known on the platform only."""
    outsider = property_of(events.properties, "platform_user_id")
    return events.member_id.coalesce(events.anonymous_id, outsider)
