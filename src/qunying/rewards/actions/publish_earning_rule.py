"""Let a rule of earning come into force."""

from datetime import datetime
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.earning.drafting import RuleNotDraft, lock_rule
from qunying.rewards.models import EarningRule


class StartsInThePast(Problem):
    """A rule does not change what has happened."""

    code = "starts_in_the_past"
    kind = Kind.INVALID
    message = _("A rule cannot come into force in the past: what happened before stays as it was.")


@action
def publish_earning_rule(
    *, command_id: str, actor: Actor, now: datetime, rule_id: UUID, starts_at: datetime | None = None
) -> datetime:
    """Put a draft into force from an instant on (None: now), which ends the version before it; return the instant.

    What happened before that instant has earned, and is taken back, under the version of its time.

    Raises:
        RuleNotFound, RuleNotDraft: there is no such draft.
        StartsInThePast: the instant is over, or before the version that is to end.
    """
    rule = lock_rule(rule_id)
    if rule.state != EarningRule.State.DRAFT:
        raise RuleNotDraft
    begins = starts_at or now
    others = EarningRule.objects.filter(series=rule.series, state=EarningRule.State.PUBLISHED)
    if begins < now or others.filter(starts_at__gt=begins).exists():
        raise StartsInThePast
    others.filter(Q(ends_at=None) | Q(ends_at__gt=begins)).update(ends_at=begins)
    rule.state = EarningRule.State.PUBLISHED
    rule.starts_at = begins
    rule.published_at, rule.published_by = now, actor.key
    rule.save()
    return begins
