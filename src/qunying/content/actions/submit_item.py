"""Hand a draft in."""

from datetime import datetime
from uuid import UUID

from qunying.content.drafting import State, lock_item
from qunying.content.models import Review
from qunying.content.reviewing import note, require_in_time, require_ready
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def submit_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID) -> UUID:
    """Hand a draft in for review, when nothing is missing, and return its id.

    Raises:
        ItemNotFound, WrongItemState: when there is no such draft.
        NotReady: with what is missing or does not fit.
    """
    item = lock_item(item_id, State.DRAFT)
    require_ready(item)
    require_in_time(item, now)
    item.state = State.REVIEW
    item.save(update_fields=["state"])
    note(item, Review.Decision.SUBMITTED, actor, now)
    return item.id
