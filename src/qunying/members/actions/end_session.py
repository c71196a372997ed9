"""A member signs out."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.models import MemberSession


@action
def end_session(*, command_id: str, actor: Actor, now: datetime, session_id: UUID) -> bool:
    """End a session; returns whether it was still going."""
    return bool(MemberSession.objects.filter(pk=session_id, ended_at=None).update(ended_at=now))
