"""People of rosters about whom staff have to decide."""

from django.db.models import QuerySet

from qunying.communities.models import MatchDoubt


def list_doubts() -> QuerySet[MatchDoubt]:
    """Return the open questions with person, community and suggested member; order them by ``raised_at``."""
    return MatchDoubt.objects.filter(decision="").select_related("stay__community__platform", "member")


def count_doubts() -> int:
    """Return how many questions are open."""
    return MatchDoubt.objects.filter(decision="").count()
