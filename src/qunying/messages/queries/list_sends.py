"""Sends for lists, and how many are where."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, QuerySet

from qunying.messages.models import Send
from qunying.messages.reasons import State


def list_sends(
    *,
    state: str = "",
    reason: str = "",
    campaign_id: UUID | None = None,
    channel_id: UUID | None = None,
    member_id: UUID | None = None,
) -> QuerySet[Send]:
    """Return the sends that fit, with what a list shows of them loaded, without order."""
    wanted = {
        "state": state,
        "reason": reason,
        "campaign_id": campaign_id,
        "channel_id": channel_id,
        "member_id": member_id,
    }
    sends = Send.objects.filter(**{name: value for name, value in wanted.items() if value})
    return sends.select_related("plan__template_version__template", "channel", "member")


def count_states(since: datetime, *, campaign_id: UUID | None = None) -> dict[str, int]:
    """Return how many sends planned since an instant are in each state, every state named."""
    sends = Send.objects.filter(planned_at__gte=since)
    if campaign_id is not None:
        sends = sends.filter(campaign_id=campaign_id)
    found = dict(sends.order_by().values_list("state").annotate(count=Count("pk")))
    return {state: found.get(state, 0) for state in State.values}


def count_unknown() -> int:
    """Return how many sends wait for a person to find out what became of them."""
    return Send.objects.filter(state=State.UNKNOWN).count()
