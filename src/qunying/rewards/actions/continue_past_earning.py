"""Let the next orders of the past earn."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.granting import grant_happenings, lock_orders
from qunying.rewards.earning.past_orders import ORDERS_AT_ONCE, note_returns, present_rules, read_portion
from qunying.rewards.earning.returning import settle_returns
from qunying.rewards.models import Asset, PastEarning


@action
def continue_past_earning(
    *, command_id: str, actor: Actor, now: datetime, run_id: UUID, limit: int = ORDERS_AT_ONCE
) -> bool:
    """Pay what the next ``limit`` orders of a run earn, take off what came back, and tell whether there are more.

    The rules are those in force when the run was started. One portion is one transaction, so a run that was cut off goes on.
    """
    run = PastEarning.objects.select_for_update().get(pk=run_id)
    if run.state == PastEarning.State.DONE:
        return False
    rules = present_rules(run.started_at)
    begin = run.reached_at or run.placed_from
    portion = read_portion(begin, run.placed_until, run.reached_order, limit, rules=rules)
    if portion.reached_at is None:
        run.state, run.finished_at = PastEarning.State.DONE, now
        run.save()
        return False
    lock_orders(portion.order_ids)
    earnings = grant_happenings(
        portion.happenings,
        rules,
        command_id=command_id,
        actor=actor,
        now=now,
        is_history=True,
    )
    returned = note_returns(portion.order_ids)
    taken = settle_returns(returned, command_id=command_id, actor=actor, now=now)
    run.orders += len(portion.order_ids)
    run.points += sum(each.units for each in earnings if each.asset == Asset.POINTS) - taken.points
    run.growth += sum(each.units for each in earnings if each.asset == Asset.GROWTH) - taken.growth
    run.reached_at, run.reached_order = portion.reached_at, portion.reached_order
    run.save()
    return True
