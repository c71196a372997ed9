"""All channels."""

from django.db.models import QuerySet

from qunying.messages.models import Channel


def list_channels() -> QuerySet[Channel]:
    """Return all channels by name."""
    return Channel.objects.order_by("name")
