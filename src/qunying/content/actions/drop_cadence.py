"""Let a community follow the rule of all others again."""

from datetime import datetime
from uuid import UUID

from qunying.content.models import CadenceRule
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def drop_cadence(*, command_id: str, actor: Actor, now: datetime, community_id: UUID) -> bool:
    """Remove a community's own rule, and tell whether it had one."""
    count, _by_table = CadenceRule.objects.filter(community_id=community_id).delete()
    return count > 0
