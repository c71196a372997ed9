"""How many sends of a campaign are where."""

from uuid import UUID

from django.db.models import Count, QuerySet

from qunying.messages.models import Send
from qunying.messages.reasons import State


def count_sends(campaign_id: UUID, step: str = "") -> dict[str, int]:
    """Return how many sends to members a campaign has by state, and by reason for those that were not sent.

    Keys are states (``planned``, ``sent`` …) and, for dropped ones, also their reasons (``held_out``,
    ``no_consent`` …): the states add up to ``total``, the reasons add up to ``dropped``. Posts to communities
    are not in it.
    """
    sends = Send.objects.filter(campaign_id=campaign_id, member__isnull=False)
    if step:
        sends = sends.filter(step=step)
    states = dict(_counted(sends, "state"))
    reasons = dict(_counted(sends.filter(state=State.DROPPED), "reason"))
    return {**reasons, **states, "total": sum(states.values())}


def count_posts(campaign_id: UUID) -> dict[str, int]:
    """Return how many posts to communities a campaign has by state."""
    return dict(_counted(Send.objects.filter(campaign_id=campaign_id, community_id__isnull=False), "state"))


def _counted(sends: QuerySet[Send], field: str) -> QuerySet[Send, tuple[str, int]]:
    return sends.order_by().values_list(field).annotate(count=Count("pk"))
