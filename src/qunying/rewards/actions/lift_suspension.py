"""Let a member get rewards again."""

from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import Suspension


@action
def lift_suspension(*, command_id: str, actor: Actor, now: datetime, reference: str) -> bool:
    """End what ``suspend_rewards`` began with the same reference, and tell whether there was something to end."""
    rows = Suspension.objects.filter(reference=reference, lifted_at=None)
    return rows.update(lifted_at=now, lifted_by=actor.key) > 0
