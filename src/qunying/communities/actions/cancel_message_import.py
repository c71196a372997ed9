"""Stop taking over a file of messages."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import MessageImport
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def cancel_message_import(*, command_id: str, actor: Actor, now: datetime, import_id: UUID) -> bool:
    """Stop an import after its present batch, and tell whether it was under way. What is stored stays."""
    under_way = [MessageImport.State.WAITING, MessageImport.State.RUNNING]
    rows = MessageImport.objects.filter(pk=import_id, state__in=under_way)
    return bool(rows.update(state=MessageImport.State.CANCELLED, finished_at=now))
