"""What goes from an action to those that it calls, and telling the stream about a bond."""

from datetime import datetime
from typing import TypedDict

from qunying.kernel import actors
from qunying.kernel.actors import Actor
from qunying.referrals.models import Bond
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record


class Words(TypedDict):
    """Command, actor and instant."""

    command_id: str
    actor: Actor
    now: datetime


def by_the_rules(words: Words) -> Words:
    """Return the words with which rewards are given: by rules that somebody opened, not by whoever is at the door."""
    return {**words, "actor": actors.system("referrals")}


def tell(event: EventType, bond: Bond, now: datetime, **properties: str) -> None:
    """Record an event about a bond; it is the inviter's."""
    record(
        NewEvent(
            type=event,
            occurred_at=now,
            received_at=now,
            member_id=bond.inviter_id,
            campaign_id=bond.programme.campaign_id,
            order_id=bond.order_id,
            properties={
                "programme_id": str(bond.programme_id),
                "friend": str(bond.invited_id),
                **properties,
            },
        )
    )
