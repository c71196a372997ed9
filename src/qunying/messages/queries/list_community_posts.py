"""Posts to communities, for calendars."""

from datetime import datetime

from django.db.models import QuerySet

from qunying.messages.models import Send
from qunying.messages.reasons import State


def list_community_posts(start: datetime, end: datetime) -> QuerySet[Send]:
    """Return the posts to communities that are due from ``start`` until before ``end`` and were not dropped or refused, with their plan."""
    posts = Send.objects.filter(community_id__isnull=False, due_at__gte=start, due_at__lt=end)
    posts = posts.exclude(state__in=[State.DROPPED, State.REFUSED])
    return posts.select_related("plan__template_version").order_by("due_at", "pk")
