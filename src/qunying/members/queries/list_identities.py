"""How people are known."""

from collections.abc import Collection
from uuid import UUID

from qunying.members.models import Identity


def list_identities(member_ids: Collection[UUID]) -> set[tuple[str, str]]:
    """Return type and spelling of every identity of these members."""
    return set(Identity.objects.filter(member__in=member_ids).values_list("type", "value"))
