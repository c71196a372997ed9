"""From an id or an identity to the member."""

from collections.abc import Collection, Sequence
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.remembering import remembered
from qunying.members.models import Identity, IdentityMap, Member, Tombstone
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity


class MemberNotFound(Problem):
    """No member has this id."""

    code = "member_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such member.")


class MemberErased(MemberNotFound):
    """The person was erased: on the id that is left nothing new is written."""

    code = "member_erased"
    message = _(
        "This person was erased at their own wish. Nothing can be done for them or in their name any more."
    )


def get_member(member_id: UUID) -> Member:
    """Return a member; for one that was merged, the member that they now are. To show what is left, or to settle
    what was begun; who acts or is given something is a :func:`get_living_member`.

    Raises:
        MemberNotFound: when there is none.
    """
    member = find_member(member_id)
    if member is None:
        raise MemberNotFound(member_id=str(member_id))
    return member


def get_living_member(member_id: UUID) -> Member:
    """Return a member who can act and be given something: as :func:`get_member`, and nobody who was erased.

    Raises:
        MemberNotFound: when there is none.
        MemberErased: when the person was erased.
    """
    return _living(get_member(member_id))


@remembered
def find_member(member_id: UUID) -> Member | None:
    """Return a member, or the one that they were merged into, or None."""
    return Member.objects.filter(pk=resolve_member_id(member_id)).first()


def find_member_by_identity(type: str, value: str) -> Member | None:  # noqa: A002 - the word of the domain
    """Return the member who has this identity, in whatever spelling, or None."""
    try:
        spelling = normalise_identity(type, value)
    except BadIdentity:
        return None
    identity = Identity.objects.select_related("member").filter(type=type, value=spelling).first()
    return identity.member if identity else None


@remembered
def resolve_member_id(member_id: UUID) -> UUID:
    """Return the id of the member that this id now stands for (merged members and linked visitors)."""
    now = IdentityMap.objects.filter(key=member_id).values_list("member_id", flat=True).first()
    return now or member_id


def lock_member(member_id: UUID) -> Member:
    """Return a member, their row held until the transaction ends: changes to one member follow each other.

    Raises:
        MemberNotFound: when there is none.
    """
    while True:
        resolved = resolve_member_id(member_id)
        member = Member.objects.select_for_update(no_key=True).filter(pk=resolved).first()
        if member is None:
            raise MemberNotFound(member_id=str(member_id))
        # A merge may have ended while we waited for the row.
        if resolve_member_id(resolved) == resolved:
            return member


def lock_living_member(member_id: UUID) -> Member:
    """Return a member who can act and be given something, their row held until the transaction ends: whoever is
    being erased at this moment is erased first.

    Raises:
        MemberNotFound: when there is none.
        MemberErased: when the person was erased.
    """
    return _living(lock_member(member_id))


def is_erased(member_id: UUID) -> bool:
    """Tell whether a person was erased, whichever of their ids is asked for."""
    return _has_tombstone(resolve_member_id(member_id))


def require_living(member_id: UUID) -> None:
    """Refuse whoever was erased.

    Raises:
        MemberErased.
    """
    if is_erased(member_id):
        raise MemberErased(member_id=str(member_id))


def _living(member: Member) -> Member:
    """Return a member who was not erased; the id of a member stands for themselves, and is not looked up again."""
    if _has_tombstone(member.id):
        raise MemberErased(member_id=str(member.id))
    return member


def _has_tombstone(present_id: UUID) -> bool:
    return Tombstone.objects.filter(member=present_id).exists()


@remembered
def list_own_ids(member_id: UUID) -> list[UUID]:
    """Return all ids whose history is this member's: their own, then those merged or linked with them."""
    merged = IdentityMap.objects.filter(member_id=member_id).order_by("key").values_list("key", flat=True)
    return [member_id, *merged]


def list_ids_of(member_ids: Collection[UUID]) -> dict[UUID, UUID]:
    """Return the ids whose history belongs to these members, each with its member: their own and those merged
    with them.
    """
    merged = IdentityMap.objects.filter(member_id__in=member_ids).values_list("key", "member_id")
    return {**{member_id: member_id for member_id in member_ids}, **dict(merged)}


def find_identities(type: str, values: Sequence[str]) -> dict[str, UUID]:  # noqa: A002 - the word of the domain
    """Return the member id of each known identity of a type; values must be in their one spelling already."""
    found = Identity.objects.filter(type=type, value__in=values).values_list("value", "member_id")
    return dict(found)
