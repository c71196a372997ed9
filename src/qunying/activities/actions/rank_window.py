"""Rank those who asked in the fair window of a flash sale."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import ngettext_lazy

from qunying.activities.drafting import WrongActivityState, lock_activity
from qunying.activities.kinds import kind_of
from qunying.activities.models import Proof, State
from qunying.activities.window import rank, window_of
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class WindowStillOpen(Problem):
    """Members were promised so many seconds."""

    code = "window_still_open"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "Entries are taken for the first {seconds} second.",
        "Entries are taken for the first {seconds} seconds.",
        "seconds",
    )


@dataclass(frozen=True)
class WindowRanked:
    """How many were ranked, how many got a right, and the digest of what was published."""

    activity_id: UUID
    entries: int
    winners: int
    digest: str


@action
def rank_window(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID) -> WindowRanked:
    """Rank the entries of a fair window that is over, and publish the result; once.

    Raises:
        UnknownActivity, WrongActivityState, WindowStillOpen.
    """
    activity = lock_activity(activity_id, State.OPEN)
    seconds = window_of(activity)
    if not seconds:
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    if now < activity.opens_at + timedelta(seconds=seconds):
        raise WindowStillOpen(seconds=seconds)
    if not Proof.objects.filter(activity=activity).exists():
        settings = kind_of(activity.kind).read(activity)
        rank(activity, settings, {"command_id": command_id, "actor": actor, "now": now})
    bundle = Proof.objects.values_list("bundle", flat=True).get(activity=activity) or {}
    return WindowRanked(activity.id, len(bundle["entries"]), len(bundle["winners"]), bundle["digest"])
