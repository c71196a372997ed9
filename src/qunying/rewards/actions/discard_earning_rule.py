"""Throw a draft of a rule of earning away."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.drafting import RuleNotDraft, lock_rule
from qunying.rewards.models import EarningRule


@action
def discard_earning_rule(*, command_id: str, actor: Actor, now: datetime, rule_id: UUID) -> None:
    """Remove a draft; published versions stay for good.

    Raises:
        RuleNotFound, RuleNotDraft: there is no such draft.
    """
    rule = lock_rule(rule_id)
    if rule.state != EarningRule.State.DRAFT:
        raise RuleNotDraft
    rule.delete()
