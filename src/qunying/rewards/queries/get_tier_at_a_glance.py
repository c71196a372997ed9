"""A member's tier as it was found last: two statements, for pages that are looked at often."""

from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from qunying.rewards.models import MemberTier
from qunying.rewards.queries.get_tier import get_tier
from qunying.rewards.tiers.drafting import engine_policy, present_policy


@dataclass(frozen=True)
class TierAtAGlance:
    """A tier with the way to the next one; the fields mean what they mean in ``get_tier.Tier``."""

    name: str
    growth: int
    next_name: str
    missing: int | None
    progress: float
    adds: list[str]
    grace_until: datetime | None


def get_tier_at_a_glance(member_id: UUID, now: datetime) -> TierAtAGlance | None:
    """Return a member's tier, or None while there are none.

    What moved a moment ago may be missing until the reaction to it has run; what time alone has changed is counted anew.

    Args:
        member_id: of somebody who is not merged into another.
        now: the present instant.
    """
    row = present_policy(now)
    if row is None:
        return None
    kept = MemberTier.objects.filter(member_id=member_id).first()
    if kept is not None and kept.next_check is not None and kept.next_check <= now:
        tier = get_tier(member_id, now)
        return (
            TierAtAGlance(*(getattr(tier, field.name) for field in fields(TierAtAGlance))) if tier else None
        )
    policy = engine_policy(row)
    place = policy.index(kept.level) if kept else 0
    growth = kept.growth if kept else 0
    above = policy.levels[place + 1] if place + 1 < len(policy.levels) else None
    shown = {each["code"]: each for each in row.levels}
    own = shown[policy.levels[place].code]
    added = shown[above.code]["benefits"] if above else []
    return TierAtAGlance(
        name=own["name"],
        growth=growth,
        next_name=shown[above.code]["name"] if above else "",
        missing=max(0, above.enter - growth) if above else None,
        progress=min(1.0, growth / above.enter) if above else 1.0,
        adds=[text for text in added if text not in own["benefits"]],
        grace_until=kept.grace_until if kept else None,
    )
