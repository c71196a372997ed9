"""The names of many members at once."""

from collections.abc import Collection
from uuid import UUID

from qunying.members.models import Member


def list_names(member_ids: Collection[UUID]) -> dict[UUID, str]:
    """Return the names of members by their ids; empty texts where the name is not known. Who may see them is
    for the caller to ask."""
    return dict(Member.objects.filter(pk__in=member_ids).values_list("id", "name"))
