"""A person settles sends whose outcome nobody knew."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Send
from qunying.messages.reasons import Reason, State
from qunying.messages.sending.daily_limit import give_daily_limit_back
from qunying.messages.sending.tell import tell_outcomes


class NotUnknown(Problem):
    """Some of the sends are settled already."""

    code = "send_not_unknown"
    kind = Kind.CONFLICT
    message = _("Some of these messages are settled already. Look at the list again.")


@dataclass(frozen=True)
class Resolved:
    """How many sends were settled."""

    sends: int


@action
def resolve_unknown(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    send_ids: list[UUID],
    outcome: Literal["sent", "not_sent", "again"],
) -> Resolved:
    """Settle unknown sends by what somebody found out.

    Args:
        send_ids: sends in state ``unknown``.
        outcome: ``sent``: they arrived. ``not_sent``: they did not, and shall not be sent any more; the
            daily limit gets them back.
            ``again``: send them once more, under the same number for the provider, by the rules of the
            moment.

    Raises:
        NotUnknown: when one of them is not unknown (any more).
    """
    sends = list(Send.objects.select_for_update().filter(pk__in=send_ids, state=State.UNKNOWN).order_by("pk"))
    if len(sends) != len(set(send_ids)):
        raise NotUnknown
    if outcome != "sent":
        give_daily_limit_back(
            (send.member_id, send.cap_day) for send in sends if send.member_id and send.cap_day
        )
    changes: dict[str, dict[str, Any]] = {
        "sent": {"state": State.SENT, "reason": Reason.CONFIRMED},
        "not_sent": {"state": State.REFUSED, "reason": Reason.DENIED, "cap_day": None},
        "again": {"state": State.PLANNED, "reason": "", "cap_day": None, "due_at": now, "settled_at": None},
    }
    ids = [send.pk for send in sends]
    Send.objects.filter(pk__in=ids).update(
        **changes[outcome], resolved_by=actor.key, lease=None, leased_until=None
    )
    tell_outcomes(ids, now)
    return Resolved(len(sends))
