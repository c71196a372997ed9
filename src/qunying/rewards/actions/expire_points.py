"""End points whose time is over."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.expire_lots import expire_lots
from qunying.ledger.entries import MAX_ENTRIES
from qunying.rewards.events import POINTS_EXPIRED
from qunying.rewards.points import points_event
from qunying.stream.record import record


@action
def expire_points(*, command_id: str, actor: Actor, now: datetime, limit: int = MAX_ENTRIES) -> int:
    """Remove what is left of up to ``limit`` lots that have ended, tell the stream, and return how many."""
    expired = expire_lots(command_id=command_id, actor=actor, now=now, limit=limit)
    record(
        *(
            points_event(POINTS_EXPIRED, now, member_id=lot.owner_id, amount=-lot.amount, reason="time_over")
            for lot in expired
        )
    )
    return len(expired)
