"""Who is in communities."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from qunying.communities.models import GroupMember
from qunying.members.queries.resolve_members import present_ids


def list_members_of(community_ids: Iterable[UUID], *, at: datetime | None = None) -> list[UUID]:
    """Return the known members who are (or were, at an instant) in any of the communities, each once, in order of id."""
    return sorted({member_id for _community_id, member_id in list_memberships(community_ids, at=at)})


def list_memberships(community_ids: Iterable[UUID], *, at: datetime | None = None) -> list[tuple[UUID, UUID]]:
    """Return (community id, member id) of known members who are (or were, at an instant) in, as who they are by now."""
    stays = GroupMember.objects.filter(community__in=list(community_ids), member__isnull=False)
    present = Q(left_at=None) if at is None else Q(Q(left_at=None) | Q(left_at__gt=at), joined_at__lte=at)
    stays = stays.filter(present)
    pairs = set(stays.values_list("community_id", "member_id"))
    people = present_ids(member_id for _community_id, member_id in pairs)
    return sorted({(community_id, people[member_id]) for community_id, member_id in pairs})
