"""Every contact with a member, and why it was or was not made."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.members.queries.get_member import list_own_ids
from qunying.messages.models import Send
from qunying.messages.reasons import Cause, Reason, State, explanation


@dataclass(frozen=True)
class Decision:
    """One message that was meant for a member and the rule that decided about it, in words."""

    send_id: UUID
    planned_at: datetime
    title: str
    campaign_id: UUID | None
    step: str
    template: str
    channel: str
    channel_kind: str
    purpose: str
    state: str
    state_name: str
    reason: str
    reason_name: str
    detail: str
    explanation: str
    due_at: datetime
    settled_at: datetime | None
    clicked_at: datetime | None


def list_decisions(member_id: UUID, *, limit: int = 200) -> list[Decision]:
    """Return what was decided about each message to a member, the newest first.

    One row per message: sent or not, which rule decided (consent, limit, quiet hours, holdout, complaint …),
    and when.
    """
    sends = (
        Send.objects.filter(member__in=list_own_ids(member_id))
        .select_related("plan__template_version__template", "channel")
        .order_by("-planned_at", "-id")[:limit]
    )
    return [decision_of(send) for send in sends]


def decision_of(send: Send) -> Decision:
    """Return what was decided about one send. It comes with plan, template and channel loaded."""
    return Decision(
        send_id=send.pk,
        planned_at=send.planned_at,
        title=send.plan.title,
        campaign_id=send.campaign_id,
        step=send.step,
        template=send.plan.template_version.template.name,
        channel=send.channel.name,
        channel_kind=send.channel.kind,
        purpose=send.purpose,
        state=send.state,
        state_name=str(State(send.state).label),
        reason=send.reason,
        reason_name=str(Reason(send.reason).label) if send.reason else "",
        detail=_detail(send),
        explanation=explanation(send.state, send.reason),
        due_at=send.due_at,
        settled_at=send.settled_at,
        clicked_at=send.clicked_at,
    )


def _detail(send: Send) -> str:
    """Return what else is known, in words where it is one of ours."""
    if send.reason == Reason.SUPPRESSED and send.detail in Cause.values:
        return str(Cause(send.detail).label)
    if send.reason == Reason.STALE and send.detail in Reason.values:
        return str(Reason(send.detail).label)
    return send.detail
