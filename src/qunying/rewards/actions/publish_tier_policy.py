"""Let a policy of tiers begin."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q
from django.db.models.functions import Least
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.jobs import run_soon
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.actions.publish_earning_rule import StartsInThePast
from qunying.rewards.models import MemberTier, TierPolicy
from qunying.rewards.tiers.drafting import TierPolicyNotDraft, TierPolicyNotFound, engine_policy


class LevelInUse(Problem):
    """A level that members have would be gone."""

    code = "level_in_use"
    kind = Kind.CONFLICT
    message = _(
        "Members have the tier “{level}”. Keep its code, and change its name and what it takes instead."
    )


@action
def publish_tier_policy(
    *, command_id: str, actor: Actor, now: datetime, policy_id: UUID, since: datetime | None = None
) -> datetime:
    """Let the drafted policy begin at an instant (None: now) and return it.

    What happened before stays as it was, and a period that was promised under the policy before stays until it is over.

    Raises:
        TierPolicyNotFound, TierPolicyNotDraft: there is no such draft.
        StartsInThePast: the instant is over, or before a policy that is to begin.
        LevelInUse: a level that members have is missing.
    """
    row = TierPolicy.objects.select_for_update().filter(pk=policy_id).first()
    if row is None:
        raise TierPolicyNotFound
    if row.state != TierPolicy.State.DRAFT:
        raise TierPolicyNotDraft
    begins = since or now
    if begins < now or TierPolicy.objects.filter(since__gte=begins).exists():
        raise StartsInThePast
    codes = [level.code for level in engine_policy(row).levels]
    lost = MemberTier.objects.exclude(level__in=codes).values_list("level", flat=True).first()
    if lost is not None:
        raise LevelInUse(level=lost)
    row.state, row.since = TierPolicy.State.PUBLISHED, begins
    row.published_at, row.published_by = now, actor.key
    row.save()
    MemberTier.objects.filter(Q(next_check=None) | Q(next_check__gt=begins)).update(
        next_check=Least(F("next_check"), begins)
    )
    run_soon("rewards.turn_tiers", once=True)
    return begins
