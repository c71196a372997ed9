"""The list of watched words."""

from django.db.models import QuerySet

from qunying.moderation.models import WatchedWord


def list_words(search: str = "", action: str = "") -> QuerySet[WatchedWord]:
    """Return watched words without order.

    Args:
        search: a part of the word.
        action: ``block``, ``review``, ``replace`` or ``tag``; empty for all.
    """
    found = WatchedWord.objects.select_related("violation")
    if search:
        found = found.filter(text__icontains=search.replace("\0", ""))
    return found.filter(action=action) if action else found
