"""Give a case back that one has taken."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.moderation.models import Case


@action
def release_case(*, command_id: str, actor: Actor, now: datetime, case_id: UUID) -> bool:
    """Let others have a case again, and tell whether one had it."""
    held = Case.objects.filter(pk=case_id, state=Case.State.OPEN, claimed_by=actor.key)
    return held.update(claimed_by="", claimed_until=None) > 0
