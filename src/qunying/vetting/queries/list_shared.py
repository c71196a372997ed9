"""What members have in common."""

from collections.abc import Collection
from uuid import UUID

from django.db.models import Count

from qunying.members.queries.get_member import list_ids_of
from qunying.vetting.models import Mark

MOST_HOLDERS = 10_000


def list_shared_kinds(member_id: UUID, others: Collection[UUID]) -> dict[UUID, set[str]]:
    """Return which of some members share which kinds of marks with a member; networks are too coarse to count here.

    Those merged with them count as they; a member shares nothing with themselves.
    """
    owners = list_ids_of([*others, member_id])
    mine = [key for key, owner in owners.items() if owner == member_id]
    marks = Mark.objects.filter(member_id__in=mine).exclude(kind=Mark.Kind.NETWORK)
    shared: dict[UUID, set[str]] = {}
    pairs = set(marks.values_list("kind", "digest"))
    if not pairs:
        return shared
    rows = Mark.objects.filter(
        digest__in=[digest for _kind, digest in pairs], member_id__in=[k for k in owners if k not in mine]
    )
    for kind, digest, holder in rows.values_list("kind", "digest", "member_id"):
        if (kind, digest) in pairs and owners[holder] != member_id:
            shared.setdefault(owners[holder], set()).add(kind)
    return shared


def list_sharers(member_ids: Collection[UUID]) -> dict[UUID, dict[str, set[UUID]]]:
    """Return per member who else was seen with the same things, by kind of mark; networks are too coarse to count here.

    Members are given by their present ids; who they share something with, by the ids under which that was seen.
    """
    owners = list_ids_of(member_ids)
    marks = Mark.objects.filter(member_id__in=list(owners)).exclude(kind=Mark.Kind.NETWORK)
    mine = [
        (owners[key], kind, digest) for key, kind, digest in marks.values_list("member", "kind", "digest")
    ]
    holders: dict[tuple[str, str], set[UUID]] = {}
    rows = (
        Mark.objects.filter(digest__in={digest for _owner, _kind, digest in mine})
        if mine
        else Mark.objects.none()
    )
    for kind, digest, holder in rows.values_list("kind", "digest", "member_id")[:MOST_HOLDERS]:
        holders.setdefault((kind, digest), set()).add(holder)
    shared: dict[UUID, dict[str, set[UUID]]] = {}
    for owner, kind, digest in mine:
        others = {holder for holder in holders.get((kind, digest), ()) if owners.get(holder) != owner}
        if others:
            shared.setdefault(owner, {}).setdefault(kind, set()).update(others)
    return shared


def list_network_neighbours(member_id: UUID) -> set[UUID]:
    """Return who was seen in a network block in which this member was seen."""
    blocks = Mark.objects.filter(member_id=member_id, kind=Mark.Kind.NETWORK).values_list("digest", flat=True)
    rows = Mark.objects.filter(kind=Mark.Kind.NETWORK, digest__in=list(blocks)).exclude(member_id=member_id)
    return set(rows.values_list("member_id", flat=True)[:10_000])


def count_holders(member_id: UUID) -> dict[str, int]:
    """Return per kind of mark how many members share the most common one with a member, themselves included."""
    digests = list(Mark.objects.filter(member_id=member_id).values_list("digest", flat=True))
    rows = Mark.objects.filter(digest__in=digests).values("kind", "digest").annotate(holders=Count("member"))
    most: dict[str, int] = {}
    for row in rows:
        most[row["kind"]] = max(most.get(row["kind"], 0), row["holders"])
    return most


def has_mark(member_id: UUID, mark_kind: str, digest: str) -> bool:
    """Tell whether a member, or one merged with them, was seen with something, by its keyed hash."""
    owners = list_ids_of([member_id])
    return Mark.objects.filter(kind=mark_kind, digest=digest, member_id__in=list(owners)).exists()
