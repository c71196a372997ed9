"""Whether anything has happened yet."""

from qunying.stream.models import Event, EventKey


def has_events() -> bool:
    """Tell whether the installation has any event, of whatever age: those that are only in the lake keep their key for long."""
    return Event.objects.exists() or EventKey.objects.exists()
