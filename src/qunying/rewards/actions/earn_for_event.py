"""Give a member what an event earns."""

from dataclasses import dataclass
from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.granting import grant_happenings, lock_orders
from qunying.rewards.earning.hiding import settle_hiding
from qunying.rewards.earning.occasions import Happening
from qunying.rewards.earning.returning import settle_returns
from qunying.rewards.earning.terms import rules_in_force
from qunying.rewards.models import Asset


@dataclass(frozen=True)
class EventEarned:
    """What the event brought, less what had gone back before it came."""

    points: int
    growth: int


@action
def earn_for_event(*, command_id: str, actor: Actor, now: datetime, happening: Happening) -> EventEarned:
    """Pay what an event earns under the rules that were in force when it occurred: each rule once, within its caps.

    Staff and test accounts, and members whose rewards are suspended, earn nothing. A part of the order that went back before
    this event came in is taken off at once, and so is what was earned by something that is hidden.
    """
    rules = rules_in_force(happening.occurred_at, {happening.event})
    if not rules:
        return EventEarned(0, 0)
    lock_orders([happening.order_id, happening.content_id])
    earnings = grant_happenings([happening], rules, command_id=command_id, actor=actor, now=now)
    taken_points = taken_growth = 0
    if happening.order_id is not None and earnings:
        taken = settle_returns([happening.order_id], command_id=command_id, actor=actor, now=now)
        taken_points, taken_growth = taken.points, taken.growth
    if happening.content_id is not None and earnings:
        hidden = settle_hiding(
            happening.content_id, happening.event_id, command_id=command_id, actor=actor, now=now
        )
        taken_points, taken_growth = taken_points + hidden.points, taken_growth + hidden.growth
    return EventEarned(
        points=sum(each.units for each in earnings if each.asset == Asset.POINTS) - taken_points,
        growth=sum(each.units for each in earnings if each.asset == Asset.GROWTH) - taken_growth,
    )
