"""Tell members what has come up, each once for its occasion."""

from dataclasses import dataclass, replace
from datetime import datetime

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.resolve_members import present_ids
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.channels.needs import is_personal
from qunying.messages.models import Channel, SendPlan
from qunying.messages.notices import Occasion, get_kind, is_on
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.sending.occasions import list_new, write_occasions
from qunying.messages.sending.planning import Frame, write_plan
from qunying.messages.sending.tell import tell_dropped_of


@dataclass(frozen=True)
class NoticesPlanned:
    """How many will be sent as far as is known now, how many will not, and how many were told before."""

    planned: int
    dropped: int
    already: int


@action
def send_notices(
    *, command_id: str, actor: Actor, now: datetime, notice: str, occasions: list[Occasion]
) -> NoticesPlanned:
    """Plan a notice for some occasions. One that was told before is passed over, also on another channel.

    Consent, limits, suppressions and quiet hours are asked when it is planned and when it goes out; whoever gets
    nothing has a row with the reason. A notice that is switched off tells nobody.

    Args:
        notice: which kind.
        occasions: at most some hundreds; whose time is over is left out.

    Raises:
        UnknownNotice: there is no such kind.
    """
    kind = get_kind(notice)
    if not is_on(kind):
        return NoticesPlanned(0, 0, 0)
    present = present_ids(one.member_id for one in occasions)
    people = [replace(one, member_id=present[one.member_id]) for one in occasions]
    in_time = [one for one in people if one.not_after is None or one.not_after > now]
    step = f"notice:{kind.slug}"
    new = list_new(step, in_time)
    if not new:
        return NoticesPlanned(0, 0, len(in_time))
    frame = Frame(
        audience=SendPlan.Audience.NOTICE,
        channel=_channel(),
        version=get_current_version(kind.template_id),
        step=step,
        title=str(kind.name),
        due_at=now,
        planned_at=now,
        planned_by=actor.key,
    )
    plan = write_plan(frame)
    planned, dropped = write_occasions(plan, new)
    tell_dropped_of(plan, now)
    return NoticesPlanned(planned, dropped, len(in_time) - planned - dropped)


def _channel() -> Channel:
    """Return the default channel, or the mailbox where that cannot write to one person."""
    channel = get_default_channel()
    return channel if is_personal(channel) else get_channel(MAILBOX_ID)
