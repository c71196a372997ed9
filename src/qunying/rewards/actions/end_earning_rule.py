"""Let a rule of earning end."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.actions.publish_earning_rule import StartsInThePast
from qunying.rewards.earning.drafting import RuleEnded, lock_rule
from qunying.rewards.models import EarningRule


@action
def end_earning_rule(
    *, command_id: str, actor: Actor, now: datetime, rule_id: UUID, ends_at: datetime | None = None
) -> datetime:
    """End a rule in force at an instant (None: now) and return it; what was earned stays and can still be taken back.

    Raises:
        RuleNotFound: there is no such rule.
        RuleEnded: it is a draft, or over.
        StartsInThePast: the instant is over.
    """
    rule = lock_rule(rule_id)
    ends = ends_at or now
    if rule.state != EarningRule.State.PUBLISHED or (rule.ends_at is not None and rule.ends_at <= now):
        raise RuleEnded
    if ends < now:
        raise StartsInThePast
    rule.ends_at = max(ends, rule.starts_at or ends)
    rule.save()
    return rule.ends_at
