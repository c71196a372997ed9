"""Try again to give a prize that is still owed."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.models import Award
from qunying.activities.prizes import hand_over
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem


class UnknownAward(Problem):
    """There is no such prize."""

    code = "unknown_award"
    kind = Kind.NOT_FOUND
    message = _("There is no such prize.")


class AwardNotWaiting(Problem):
    """The prize was given or sent before, or is not of that sort."""

    code = "award_not_waiting"
    kind = Kind.CONFLICT
    message = _("This prize is “{state}”.")


def find_award(award_id: UUID) -> Award:
    """Return an award.

    Raises:
        UnknownAward.
    """
    award = Award.objects.filter(pk=award_id).first()
    if award is None:
        raise UnknownAward
    return award


def lock_award(award_id: UUID, state: Award.State) -> Award:
    """Return an award in a state, held until the transaction ends.

    Raises:
        UnknownAward, AwardNotWaiting.
    """
    award = (
        Award.objects.select_for_update(of=["self"]).select_related("activity").filter(pk=award_id).first()
    )
    if award is None:
        raise UnknownAward
    if award.state != state:
        raise AwardNotWaiting(state=str(award.get_state_display()))
    return award


@action
def give_award(*, command_id: str, actor: Actor, now: datetime, award_id: UUID) -> str:
    """Give an owed prize if it can be given now, and return its state.

    Raises:
        UnknownAward, AwardNotWaiting.
    """
    award = lock_award(award_id, Award.State.OWED)
    hand_over(award, Act(command_id=command_id, actor=actor, now=now))
    award.save()
    return str(award.state)
