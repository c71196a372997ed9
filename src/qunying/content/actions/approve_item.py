"""Approve what was handed in."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.content.drafting import State, lock_item
from qunying.content.models import Review
from qunying.content.reviewing import note, require_in_time, require_ready, require_second_person
from qunying.content.typed_text import typed
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class ChecklistOpen(Problem):
    """Not everything was looked at and found right."""

    code = "content_checklist_open"
    kind = Kind.INVALID
    message = _(
        "Approve only when all three are right: claims true and lawful, rights clear, title fits the content."
    )


@dataclass(frozen=True)
class Checklist:
    """What the reviewer looked at and found right."""

    claims_true: bool
    rights_clear: bool
    title_fits: bool


@action
def approve_item(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    checklist: Checklist,
    remark: str = "",
    seen: datetime | None = None,
) -> UUID:
    """Approve an item, so that it goes out at its times, and return its id.

    Args:
        checklist: what was looked at.
        remark: what goes with it.
        seen: when the item was changed last, as far as the actor has seen: what they did not see, they do not approve.

    Raises:
        ItemNotFound, WrongItemState: when there is no such item in review.
        ItemChangedMeanwhile: it was taken back, changed and handed in again since.
        ReviewerIsAuthor: when the reviewer had a hand in it.
        ChecklistOpen: when something on the list is not right.
        NotReady: when something changed since, or a time has passed.
    """
    item = lock_item(item_id, State.REVIEW, seen=seen)
    require_second_person(item, actor)
    if not (checklist.claims_true and checklist.rights_clear and checklist.title_fits):
        raise ChecklistOpen
    require_ready(item)
    require_in_time(item, now)
    item.state = State.SCHEDULED
    item.save(update_fields=["state"])
    remark = typed(remark, field="remark", max_length=1000, may_be_empty=True, lines=True)
    note(
        item,
        Review.Decision.APPROVED,
        actor,
        now,
        claims_true=checklist.claims_true,
        rights_clear=checklist.rights_clear,
        title_fits=checklist.title_fits,
        remark=remark,
    )
    return item.id
