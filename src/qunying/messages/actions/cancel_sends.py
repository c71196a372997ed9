"""Stop what a campaign has planned and not yet sent."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.models import Send
from qunying.messages.reasons import Reason, State
from qunying.messages.sending.tell import tell_outcomes


@dataclass(frozen=True)
class Cancelled:
    """How many sends and posts will not go out."""

    sends: int


@action
def cancel_sends(
    *, command_id: str, actor: Actor, now: datetime, campaign_id: UUID, step: str | None = None
) -> Cancelled:
    """Drop every send and post of a campaign (or of one step) that is not with a provider yet, nor sent by hand."""
    waiting = Send.objects.filter(
        campaign_id=campaign_id, state__in=[State.PLANNED, State.RETRYABLE, State.LEASED, State.BY_HAND]
    )
    if step is not None:
        waiting = waiting.filter(step=step)
    ids = list(waiting.select_for_update().order_by("pk").values_list("pk", flat=True))
    count = Send.objects.filter(pk__in=ids).update(
        state=State.DROPPED, reason=Reason.CANCELLED, settled_at=now, lease=None, leased_until=None
    )
    tell_outcomes(ids, now)
    return Cancelled(count)
