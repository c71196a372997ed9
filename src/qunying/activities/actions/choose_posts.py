"""Choose posts of a topic discussion, and give their members a prize."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.acting import by_the_rules
from qunying.activities.actions.give_award import UnknownAward
from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds.kind import NothingLeft
from qunying.activities.kinds.topic import PostNotFit, Topic, TopicSettings, give_for, list_entries
from qunying.activities.models import Participation, State
from qunying.activities.settling import finish
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.stock import SoldOut
from qunying.members.queries.resolve_members import present_ids


class UnknownEntry(Problem):
    """No such post takes part."""

    code = "unknown_topic_post"
    kind = Kind.NOT_FOUND
    message = _("No such post takes part.")


@action
def choose_posts(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    activity_id: UUID,
    posts: list[UUID],
    prize: str = "",
    is_last: bool = False,
) -> int:
    """Give a prize for posts, all or none, and return how many are new; a post that has a prize keeps it.

    Args:
        posts: as they were taken in (the ids of the participations).
        prize: the key of the prize.
        is_last: nothing more is chosen, so an activity that has closed is settled.

    Raises:
        UnknownActivity, WrongActivityState: also when posts are not chosen in it, or it is not closed yet for the last.
        UnknownEntry, UnknownAward: one of the posts, or the prize, is of another activity.
        PostNotFit: one of them is hidden, deleted or too short by now.
        NothingLeft: more than there are.
    """
    activity = lock_activity(activity_id, *((State.CLOSED,) if is_last else (State.OPEN, State.CLOSED)))
    if activity.kind != Topic.slug or activity.settings["given_to"] != "chosen":
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    rules = TopicSettings.model_validate(activity.settings)
    found = next((one for one in rules.prizes if one.key == prize), None)
    if posts and found is None:
        raise UnknownAward
    wanted = set(posts)
    known = Participation.objects.filter(activity=activity, pk__in=wanted)
    if known.count() != len(wanted):
        raise UnknownEntry
    fresh = list(list_entries(activity).filter(pk__in=wanted, given=""))
    if len(fresh) != known.filter(given="").count():
        raise PostNotFit(tag=rules.tag)
    act = by_the_rules(Act(command_id=command_id, actor=actor, now=now))
    present = present_ids({part.member_id for part in fresh})
    if found is not None:
        chosen = [(part, present[part.member_id], found) for part in fresh]
        try:
            give_for(activity, chosen, act)
        except SoldOut as problem:
            raise NothingLeft(title=activity.title) from problem
    if is_last:
        finish(activity, None, act)
    return len(fresh)
