"""A person says whether they posted what was theirs to post."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Send
from qunying.messages.reasons import Reason, State
from qunying.messages.sending.tell import tell_outcomes


class NotByHand(Problem):
    """Some of the posts are not waiting for a person (any more)."""

    code = "send_not_by_hand"
    kind = Kind.CONFLICT
    message = _("Somebody has settled this already, or its time is over. Look at the list again.")


@dataclass(frozen=True)
class Confirmed:
    """How many posts were settled."""

    sends: int


@action
def confirm_by_hand(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    send_ids: list[UUID],
    outcome: Literal["sent", "not_sent"],
) -> Confirmed:
    """Settle posts that waited for a person. Of two people who settle the same post the second is told so.

    Args:
        send_ids: sends in state ``by_hand``.
        outcome: ``sent``: it is in the group now. ``not_sent``: it will not be posted.

    Raises:
        NotByHand: when one of them does not wait for a person (any more).
    """
    waiting = Send.objects.select_for_update().filter(pk__in=send_ids, state=State.BY_HAND).order_by("pk")
    ids = list(waiting.values_list("pk", flat=True))
    if not ids or len(ids) != len(set(send_ids)):
        raise NotByHand
    if outcome == "sent":
        changes = {"state": State.SENT, "reason": Reason.SENT_BY_HAND}
    else:
        changes = {"state": State.DROPPED, "reason": Reason.NOT_SENT_BY_HAND}
    Send.objects.filter(pk__in=ids).update(
        **changes, settled_at=now, called_at=now if outcome == "sent" else None, resolved_by=actor.key
    )
    tell_outcomes(ids, now)
    return Confirmed(len(ids))
