"""Choose who gets the product to try."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds import kind_of
from qunying.activities.kinds.kind import NothingLeft, prize_by_key
from qunying.activities.kinds.trial import SAMPLE, Trial
from qunying.activities.models import Activity, Participation, State
from qunying.activities.prizes import award_prize
from qunying.activities.settling import finish
from qunying.activities.stock import take_unit
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.list_existing import list_existing
from qunying.members.queries.resolve_members import present_ids


class UnknownApplication(Problem):
    """Nobody has applied so."""

    code = "unknown_application"
    kind = Kind.NOT_FOUND
    message = _("There is no such application.")


class LotDecides(Problem):
    """Members were promised a draw."""

    code = "lot_decides"
    kind = Kind.CONFLICT
    message = _("Who gets “{title}” is drawn, as the rules promise; nobody can be chosen.")


@action
def choose_triers(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    applications: list[UUID],
    is_last: bool = False,
) -> int:
    """Give the product to those who applied, all or none, and return how many are new; who has it keeps it.

    Applications of members who became one are one person's, who gets it once.

    Args:
        applications: as they were taken in (the ids of the participations).
        is_last: nobody more is chosen, so a trial that has closed is settled.

    Raises:
        UnknownActivity, WrongActivityState: also when it is no product trial, or not closed yet for the last.
        LotDecides: the rules promise a draw.
        UnknownApplication: one of them is of another activity, or of somebody who was erased.
        NothingLeft: more than there are places.
    """
    activity = lock_activity(activity_id, *((State.CLOSED,) if is_last else (State.OPEN, State.CLOSED)))
    if activity.kind != Trial.slug:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    if kind_of(activity.kind).is_drawn(activity):
        raise LotDecides(title=activity.title)
    wanted = set(applications)
    parts = list(Participation.objects.filter(activity=activity, pk__in=wanted).order_by("at", "id"))
    people = list_existing({part.member_id for part in parts})
    if len(parts) != len(wanted) or any(part.member_id not in people for part in parts):
        raise UnknownApplication
    prize = prize_by_key(kind_of(activity.kind).read(activity), SAMPLE)
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    chosen = _people_chosen(activity)
    before = len(chosen)
    for part in parts:
        person = people[part.member_id]
        if person not in chosen:
            serial = take_unit(activity, SAMPLE, act)
            if serial is None:
                raise NothingLeft(title=activity.title)
            award_prize(activity, person, prize, act, participation=part, serial=serial)
            chosen.add(person)
        part.given = SAMPLE
    Participation.objects.bulk_update(parts, ["given"], batch_size=1_000)
    if is_last:
        finish(activity, None, act)
    return len(chosen) - before


def _people_chosen(activity: Activity) -> set[UUID]:
    """Return who has the product, as who they are now."""
    given = Participation.objects.filter(activity=activity).exclude(given="")
    return set(present_ids(given.values_list("member_id", flat=True)).values())
