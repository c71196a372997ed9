"""Who may judge whom: nobody themselves, and of a group's owner nobody but the brand's owner."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.accounts.queries.person_behind import person_behind
from qunying.communities.queries.find_role import find_role, owns_a_community
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import find_member_by_identity, list_own_ids, resolve_member_id

OWNER = "owner"


class OwnCase(Problem):
    """The case is about the very person who is to decide."""

    code = "own_case"
    kind = Kind.CONFLICT
    message = _("This is about yourself. Somebody else has to decide.")


class GroupOwnerProtected(Problem):
    """The owner of a group can only be warned."""

    code = "group_owner_protected"
    kind = Kind.CONFLICT
    message = _("The owner of the group can be warned, nothing more. Hand the group over first.")


def own_member_of(actor: Actor) -> UUID | None:
    """Return the member that a person of the staff is: who has their e-mail address."""
    kind, _sep, key = person_behind(actor.key).partition(":")
    person = find_staff(UUID(key)) if kind == "staff" else None
    member = find_member_by_identity("email", person.email) if person else None
    return member.id if member else None


def refuse_own(actor: Actor, member_id: UUID | None) -> None:
    """Refuse somebody who is to judge themselves.

    Raises:
        OwnCase.
    """
    own = own_member_of(actor) if member_id else None
    if own is not None and member_id in list_own_ids(own):
        raise OwnCase


def refuse_group_owner(member_id: UUID, community_id: UUID | None) -> None:
    """Refuse to take anything from the owner of the community, or of any when the penalty holds everywhere.

    Raises:
        GroupOwnerProtected.
    """
    is_owner = find_role(member_id, community_id) == OWNER if community_id else owns_a_community(member_id)
    if is_owner:
        raise GroupOwnerProtected


def own_ids(member_id: UUID) -> list[UUID]:
    """Return all ids of the person that an id stands for."""
    return list_own_ids(resolve_member_id(member_id))
