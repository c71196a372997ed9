"""In whose name rewards are given, and telling the stream about a bond."""

from datetime import datetime

from qunying.kernel import actors
from qunying.kernel.acts import Act
from qunying.referrals.models import Bond
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record


def by_the_rules(act: Act) -> Act:
    """Return the act by which rewards are given: by rules that somebody opened, not by whoever is at the door."""
    return {**act, "actor": actors.system("referrals")}


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
