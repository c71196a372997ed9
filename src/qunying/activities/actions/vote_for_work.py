"""A member votes for a work of a contest."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.drafting import join_activity
from qunying.activities.eligibility import check_eligible
from qunying.activities.events import WORK_VOTED
from qunying.activities.kinds.contest import Contest, ContestSettings
from qunying.activities.models import Activity, ContestVote, ContestWork
from qunying.activities.telling import tell
from qunying.activities.vote_signs import counts, file_signs, marks_of
from qunying.content.queries.get_item import list_gallery
from qunying.kernel import clock
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_member, list_own_ids, lock_member


class UnknownWork(Problem):
    """There is no such work in the contest, or it cannot be seen."""

    code = "unknown_contest_work"
    kind = Kind.NOT_FOUND
    message = _("There is no such work in this contest.")


class NoOwnVote(Problem):
    """Nobody votes for themselves."""

    code = "no_own_vote"
    kind = Kind.CONFLICT
    message = _("This is your own work. Ask others for their votes.")


class VotesUsedUp(Problem):
    """The member has voted as often as a day allows, or for this work today."""

    code = "votes_used_up"
    kind = Kind.CONFLICT
    message = _("You have used your votes of today, or voted for this work already. Come again tomorrow.")


class JuryDecides(Problem):
    """The contest is not ranked by votes."""

    code = "jury_decides"
    kind = Kind.CONFLICT
    message = _("In “{title}” a jury decides.")


@action
def vote_for_work(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    member_id: UUID,
    work_id: UUID,
    device: str = "",
    address: str = "",
) -> int:
    """Vote for a work and return which of the member's votes of the day it was.

    A device counts once for a work: a further vote from it is taken, set aside, and held for a person.

    Args:
        device, address: what tells devices apart, where a member's own page votes; only keyed hashes are kept.

    Raises:
        UnknownActivity, UnknownWork, MemberNotFound.
        ActivityNotOpen, ActivityNotForYou, AccountTooNew, RewardsSuspended, MemberRestricted: not now, or not they.
        JuryDecides, NoOwnVote, VotesUsedUp.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="activities.vote_for_work")
    activity = join_activity(activity_id, kind=Contest.slug)
    member = check_eligible(activity, member_id, now)
    rules = ContestSettings.model_validate(activity.settings)
    if rules.ranked_by != "votes":
        raise JuryDecides(title=activity.title)
    work = _shown_work(activity, work_id)
    if get_member(work.member_id).id == member:
        raise NoOwnVote
    if not disabled_guard("activities.vote_lock"):
        lock_member(member)  # a member's votes are counted one after the other
    day = clock.local_day(now, get_brand().zone)
    today = ContestVote.objects.filter(activity=activity, member_id__in=list_own_ids(member), day=day)
    number = today.count() + 1
    failpoint("activities.votes_counted")
    if number > rules.votes_a_day or today.filter(work=work).exists():
        raise VotesUsedUp
    marks = marks_of(device, address)
    vote = ContestVote(
        activity=activity, work=work, member_id=member, day=day, number=number, at=now, **marks
    )
    vote.is_counted = counts(work, vote.device)
    vote.save(force_insert=True)
    file_signs(vote, {"command_id": command_id, "actor": actor, "now": now})
    tell(WORK_VOTED, activity, now, member, work=str(work.submission_id))
    return number


def _shown_work(activity: Activity, work_id: UUID) -> ContestWork:
    shown = ContestWork.objects.filter(activity=activity, removed_at=None, submission__in=list_gallery())
    work = shown.filter(pk=work_id).first()
    if work is None:
        raise UnknownWork
    return work
