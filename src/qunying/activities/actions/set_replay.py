"""Say where a live session can be seen again."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.drafting import WrongActivityState, join_activity
from qunying.activities.kinds.live import Live, LiveSettings
from qunying.activities.models import LiveReplay, State
from qunying.content.drafting import BadContentLink, checked_link
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class BadReplay(Problem):
    """An address that members should not be led to."""

    code = "bad_replay_address"
    kind = Kind.INVALID
    message = _("A replay is a whole https:// address of at most 500 characters.")


@action
def set_replay(*, command_id: str, actor: Actor, now: datetime, activity_id: UUID, address: str) -> str:
    """Lead members to the replay of a session that is over, and return its address; empty: there is none any more.

    Raises:
        UnknownActivity, BadReplay.
        WrongActivityState: it was never open, or the session is not over.
    """
    activity = join_activity(activity_id, kind=Live.slug)
    shown = {State.OPEN, State.CLOSED, State.SETTLED}
    if activity.state not in shown or now < LiveSettings.model_validate(activity.settings).ends():
        raise WrongActivityState(title=activity.title, state=str(activity.get_state_display()))
    try:
        link = checked_link(address)
    except BadContentLink as error:
        raise BadReplay from error
    if link and not link.startswith("https://"):
        raise BadReplay
    LiveReplay.objects.update_or_create(
        activity=activity, defaults={"address": link, "set_at": now, "set_by": actor.key}
    )
    return link
