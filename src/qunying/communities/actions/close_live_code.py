"""Close a live code."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import LiveCode
from qunying.communities.queries.list_live_codes import LiveCodeNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def close_live_code(*, command_id: str, actor: Actor, now: datetime, live_code_id: UUID) -> None:
    """Let nobody in through the code any more.

    Raises:
        LiveCodeNotFound: when it does not exist or is closed.
    """
    if not LiveCode.objects.filter(pk=live_code_id, closed_at=None).update(closed_at=now):
        raise LiveCodeNotFound
