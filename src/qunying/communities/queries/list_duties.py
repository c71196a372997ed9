"""What the roles of a community do, and what a member may do in one."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from qunying.communities.models import GroupMember, Permission, RoleDuty
from qunying.members.queries.get_member import list_own_ids, resolve_member_id

# What is usual; a community may set its own.
USUAL: dict[str, tuple[str | Promise, frozenset[str]]] = {
    GroupMember.Role.OWNER: (
        _("Answers for the community: aim, rules, admins, the benefits that members get."),
        frozenset(Permission.values),
    ),
    GroupMember.Role.ADMIN: (
        _("Welcomes newcomers, answers questions, starts topics, keeps the rules."),
        frozenset(Permission.values) - {Permission.EDIT_RULES},
    ),
    GroupMember.Role.MEMBER: (
        _("Takes part and keeps the rules."),
        frozenset({Permission.SPEAK, Permission.INVITE}),
    ),
}


@dataclass(frozen=True)
class Duties:
    """A role with its duties and permissions; ``is_usual`` when the community has not set its own."""

    role: str
    duties: str
    permissions: frozenset[str]
    is_usual: bool


def list_duties(community_id: UUID) -> list[Duties]:
    """Return the roles of a community, the owner first."""
    own = {row.role: row for row in RoleDuty.objects.filter(community_id=community_id)}
    found = []
    for role, (duties, permissions) in USUAL.items():
        row = own.get(role)
        if row is None:
            found.append(Duties(str(role), str(duties), permissions, is_usual=True))
        else:
            found.append(Duties(str(role), row.duties, frozenset(row.permissions), is_usual=False))
    return found


def list_permissions(member_id: UUID, community_id: UUID) -> frozenset[str]:
    """Return what a member may do in a community because of their role there; nothing when they are not in."""
    ids = list_own_ids(resolve_member_id(member_id))
    roles = GroupMember.objects.filter(community_id=community_id, member__in=ids, left_at=None)
    mine = set(roles.values_list("role", flat=True))
    granted = (duties.permissions for duties in list_duties(community_id) if duties.role in mine)
    return frozenset().union(*granted)
