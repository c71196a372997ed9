"""Take back, or give again, what something that a member wrote had earned."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.earning.granting import lock_orders
from qunying.rewards.earning.hiding import note_hiding, settle_hiding
from qunying.rewards.earning.returning import TakenBack


@action
def settle_hidden_content(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    event_id: UUID,
    content_id: UUID,
    reference: str,
    is_hidden: bool,
    changed_at: datetime,
) -> TakenBack:
    """Note that a decision hides a post, comment or submission, or hides it no more, and settle what it had earned.

    While any decision hides it, what rules gave for it is taken back; what the member has spent becomes a debt. When none
    does any more it is given again, once.

    Args:
        event_id: the event that tells of it, at ``changed_at``.
        reference: the decision, as ``content.hide_post`` and its like were given it.
    """
    lock_orders([content_id])
    note_hiding(content_id, reference, is_hidden=is_hidden, changed_at=changed_at)
    return settle_hiding(content_id, event_id, command_id=command_id, actor=actor, now=now)
