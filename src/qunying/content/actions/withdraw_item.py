"""Take an item off."""

from datetime import datetime
from uuid import UUID

from qunying.content.drafting import State, lock_item
from qunying.content.events import CONTENT_WITHDRAWN
from qunying.content.models import Placement
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import NewEvent, record


@action
def withdraw_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID, reason: str) -> UUID:
    """Drop an idea, or take a published item off our pages, and return its id. What groups have read stays there.

    Raises:
        ItemNotFound, WrongItemState: when it is withdrawn already.
        BadText: without a reason.
    """
    item = lock_item(item_id, *(state for state in State.values if state != State.WITHDRAWN))
    reason = typed(reason, field="reason", max_length=200)
    was_out = item.published_at is not None
    item.placements.update(state=Placement.State.WITHDRAWN)
    item.state, item.changed_at = State.WITHDRAWN, now
    item.save(update_fields=["state", "changed_at"])
    if was_out:
        event = NewEvent(
            type=CONTENT_WITHDRAWN,
            occurred_at=now,
            received_at=now,
            content_id=item.pk,
            properties={"reason": reason},
        )
        record(event)
    return item.id
