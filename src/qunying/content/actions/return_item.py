"""Send back what was handed in."""

from datetime import datetime
from uuid import UUID

from qunying.content.actions.approve_item import Checklist
from qunying.content.drafting import State, lock_item
from qunying.content.models import Review
from qunying.content.reviewing import note, require_second_person
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def return_item(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    remark: str,
    checklist: Checklist | None = None,
    seen: datetime | None = None,
) -> UUID:
    """Send an item back to its author with what has to change, and return its id.

    Raises:
        ItemNotFound, WrongItemState, ReviewerIsAuthor, BadText: without a reason.
        ItemChangedMeanwhile: it was changed after the instant ``seen``.
    """
    item = lock_item(item_id, State.REVIEW, seen=seen)
    require_second_person(item, actor)
    remark = typed(remark, field="remark", max_length=1000, lines=True)
    item.state = State.DRAFT
    item.save(update_fields=["state"])
    found = checklist.__dict__ if checklist else {}
    note(item, Review.Decision.RETURNED, actor, now, remark=remark, **found)
    return item.id
