"""Retire a badge."""

from datetime import datetime
from uuid import UUID

from qunying.honours.awarding import find_badge
from qunying.honours.models import Badge
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def retire_badge(*, command_id: str, actor: Actor, now: datetime, badge_id: UUID) -> None:
    """Let a badge be given no more; whoever holds it keeps it.

    Raises:
        BadgeNotFound.
    """
    badge = find_badge(badge_id, lock=True)
    if badge.state != Badge.State.RETIRED:
        badge.state, badge.written_at, badge.written_by = Badge.State.RETIRED, now, actor.key
        badge.save()
