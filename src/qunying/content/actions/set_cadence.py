"""Say how often posts to a community may be."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.communities.queries.get_community import get_community
from qunying.content.drafting import ItemFieldInvalid
from qunying.content.models import CadenceRule
from qunying.engines.cadence import Rule
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor

LIMITS = {
    "most_per_day": 50,
    "most_per_week": 200,
    "least_per_week": 50,
    "hours_between": 168,
    "duplicate_days": 365,
}


@dataclass(frozen=True)
class CadenceSet:
    """The community whose rule it is; None for the rule of all others."""

    community_id: UUID | None


@action
def set_cadence(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID | None, rule: Rule
) -> CadenceSet:
    """Set the rule of a community, or the one for all communities without their own.

    Raises:
        CommunityNotFound: when there is no such community.
        ItemFieldInvalid: when a number is absurd.
    """
    if community_id is not None:
        get_community(community_id)
    fields = asdict(rule)
    for field, limit in LIMITS.items():
        if not 0 <= fields[field] <= limit:
            raise ItemFieldInvalid(field=field, value=str(fields[field])[:50])
    whose: dict[str, Any] = {"community_id": community_id}
    CadenceRule.objects.update_or_create(
        **whose, defaults={**fields, "changed_by": actor.key, "changed_at": now}
    )
    return CadenceSet(community_id)
