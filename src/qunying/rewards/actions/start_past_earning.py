"""Decide that orders of the past earn."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.accounts.actions.take_allowance import take_allowance
from qunying.accounts.allowances import Given
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import run_soon
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.earning.past_orders import MOST_PREVIEWED, preview_past_orders
from qunying.rewards.models import PastEarning


class NothingToEarn(Problem):
    """No order of that time earns anything that it has not earned yet."""

    code = "nothing_to_earn"
    kind = Kind.CONFLICT
    message = _("No order of these days earns anything under the rules in force, or all have earned already.")


class PreviewOutdated(Problem):
    """What would be given is no longer what the person saw."""

    code = "preview_outdated"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "This would now give {points} point and {growth} growth value. Look at the preview again.",
        "This would now give {points} points and {growth} growth value. Look at the preview again.",
        "points",
    )


class TooManyOrders(Problem):
    """More orders than one decision covers."""

    code = "too_many_orders"
    kind = Kind.INVALID
    message = _("These days have more than {most} orders. Choose fewer days.")


@action
def start_past_earning(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    placed_from: datetime,
    placed_until: datetime,
    points: int,
    growth: int,
) -> UUID:
    """Let the orders placed in a time earn under the rules in force now, in portions; return the id of the run.

    Every order and line earns once, whatever runs overlap. What came back is taken off.

    Args:
        points, growth: what the preview said; the person has agreed to that.

    Raises:
        TooManyOrders: more than one decision covers.
        NothingToEarn, PreviewOutdated: nothing, or something else, would be given.
        AllowanceExceeded: the person's role may not give so many points in a day.
    """
    seen = preview_past_orders(placed_from, placed_until, now=now)
    if seen.is_cut:
        raise TooManyOrders(most=MOST_PREVIEWED)
    if seen.points + seen.growth == 0:
        raise NothingToEarn
    if (seen.points, seen.growth) != (points, growth):
        raise PreviewOutdated(points=seen.points, growth=seen.growth)
    take_allowance(command_id=command_id, actor=actor, now=now, given=Given.POINTS, amount=seen.points)
    run = PastEarning.objects.create(
        id=new_id(),
        placed_from=placed_from,
        placed_until=placed_until,
        started_at=now,
        started_by=actor.key,
    )
    run_soon("rewards.earn_for_the_past", once=True)
    return run.id
