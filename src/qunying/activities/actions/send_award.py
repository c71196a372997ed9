"""Note that goods have been sent."""

from datetime import datetime
from uuid import UUID

from qunying.activities.actions.give_award import lock_award
from qunying.activities.models import Award
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@action
def send_award(*, command_id: str, actor: Actor, now: datetime, award_id: UUID, tracking: str = "") -> str:
    """Note that a prize of goods is on its way, with its tracking number, and return its state.

    Raises:
        UnknownAward, AwardNotWaiting, BadText.
    """
    award = lock_award(award_id, Award.State.TO_SEND)
    award.tracking = checked_text(tracking, field="tracking", max_length=100, may_be_empty=True)
    award.state, award.done_at = Award.State.SENT, now
    award.save()
    return str(award.state)
