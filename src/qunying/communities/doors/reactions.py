"""What communities do by themselves when something has happened."""

from datetime import datetime, timedelta

from qunying.communities.actions.answer_message import answer_message
from qunying.communities.actions.welcome_newcomer import welcome_newcomer
from qunying.communities.inbound.authors import SEEN_SPEAKING
from qunying.kernel.actors import system
from qunying.members.queries.get_member import find_member
from qunying.stream.react import StreamEvent, reaction


@reaction("message_posted", max_age=timedelta(minutes=10))
def answer(event: StreamEvent, now: datetime) -> None:
    """Answer a message that a rule fits."""
    if event.content_id is not None:
        answer_message(
            command_id=f"answer:{event.id}",
            actor=system("communities.answer"),
            now=now,
            message_id=event.content_id,
        )


@reaction("community_joined", max_age=timedelta(hours=1))
def welcome(event: StreamEvent, now: datetime) -> None:
    """Welcome who has joined; not those who are known only because they spoke."""
    source = event.properties.get("source", "")
    if event.community_id is None or source == SEEN_SPEAKING:
        return
    member = find_member(event.member_id) if event.member_id else None
    welcome_newcomer(
        command_id=f"welcome:{event.id}",
        actor=system("communities.welcome"),
        now=now,
        community_id=event.community_id,
        source=source,
        name=member.name if member else "",
    )
