"""Take an item back to change it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import State, lock_item
from qunying.content.models import Placement, Review
from qunying.content.reviewing import note
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class PartlyOut(Problem):
    """A place was reached already; what people have read is not rewritten."""

    code = "content_partly_out"
    kind = Kind.CONFLICT
    message = _("A part of this is out or on its way. Withdraw it, or write a new piece.")


@action
def reopen_item(*, command_id: str, actor: Actor, now: datetime, item_id: UUID) -> UUID:
    """Turn what is in review or scheduled into a draft again; it needs a new approval. Returns its id.

    Raises:
        ItemNotFound, WrongItemState, PartlyOut.
    """
    item = lock_item(item_id, State.REVIEW, State.SCHEDULED)
    waiting = (Placement.State.PLANNED, Placement.State.FAILED)
    if item.placements.exclude(state__in=waiting).exists():
        raise PartlyOut
    item.state = State.DRAFT
    item.save(update_fields=["state"])
    note(item, Review.Decision.REOPENED, actor, now)
    return item.id
