"""One of the jury scores a work of a contest."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import person_behind
from qunying.activities.actions.vote_for_work import UnknownWork
from qunying.activities.drafting import WrongActivityState, join_activity
from qunying.activities.kinds.contest import ContestSettings
from qunying.activities.models import ContestScore, ContestWork, State
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MOST_POINTS = 100


class BadScore(Problem):
    """A score is out of range, or the contest has no jury."""

    code = "bad_contest_score"
    kind = Kind.INVALID
    message = _("A jury gives 0 to {most} points, in a contest that it decides.")


@action
def score_work(*, command_id: str, actor: Actor, now: datetime, work_id: UUID, points: int) -> UUID:
    """Give a work points from 0 to 100, or change what one gave before the contest is settled, and return the work.

    Raises:
        UnknownWork, BadScore.
        WrongActivityState: the contest is not open or closed.
    """
    work = ContestWork.objects.filter(pk=work_id, removed_at=None).first()
    if work is None:
        raise UnknownWork
    activity = join_activity(work.activity_id)
    if activity.state not in {State.OPEN, State.CLOSED}:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    rules = ContestSettings.model_validate(activity.settings)
    if rules.ranked_by != "jury" or not 0 <= points <= MOST_POINTS:
        raise BadScore(most=MOST_POINTS)
    juror = person_behind(actor.key)  # who also has a key is one juror
    ContestScore.objects.update_or_create(work=work, juror=juror, defaults={"points": points, "at": now})
    return work.id
