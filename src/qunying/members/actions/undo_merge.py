"""Two members are two persons after all."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.merge_members import MembersMerged
from qunying.members.carry_over import carry_over, place_of, take_back
from qunying.members.events import MERGE_UNDONE
from qunying.members.models import Identity, IdentityMap, Member, Merge
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


class MergeNotFound(Problem):
    """There is no such merge, or it was undone before."""

    code = "merge_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such merge, or it was undone before.")


class MergedFurther(Problem):
    """Who remained was merged with somebody else since."""

    code = "merged_further"
    kind = Kind.CONFLICT
    message = _("The member was merged again since. Undo the later merge first.")


@action
def undo_merge(*, command_id: str, actor: Actor, now: datetime, merge_id: UUID) -> MembersMerged:
    """Take a merge back: identities, map and carried values return; what was learnt since stays.

    Raises:
        MergeNotFound: when there is none, or it was undone before.
        MergedFurther: when the kept member was merged with somebody else since.
    """
    merge = Merge.objects.select_for_update(no_key=True).filter(pk=merge_id, undone_at=None).first()
    if merge is None:
        raise MergeNotFound
    kept = lock_living_member(merge.kept_id)
    if kept.id != merge.kept_id:
        raise MergedFurther
    Identity.objects.filter(pk__in=merge.moved_identities, member=kept).update(member_id=merge.merged_id)
    IdentityMap.objects.filter(key=merge.merged_id).delete()
    IdentityMap.objects.filter(key__in=merge.moved_keys, member=kept).update(member_id=merge.merged_id)
    _take_back(kept, merge)
    merge.undone_at, merge.undone_by = now, actor.key
    merge.save(update_fields=["undone_at", "undone_by"])
    record(
        NewEvent(
            type=MERGE_UNDONE,
            occurred_at=now,
            received_at=now,
            member_id=kept.id,
            properties={"merged": str(merge.merged_id), "actor": actor.key},
        )
    )
    return MembersMerged(merge.id, kept.id, merge.merged_id)


def _take_back(kept: Member, merge: Merge) -> None:
    """Take back what a merge carried over from under what later merges into the same member laid upon it: what is theirs
    stays, and their undoing will not bring back what is gone.
    """
    touched = {place_of(item) for item in merge.carried}
    later = list(
        Merge.objects.filter(kept=kept, undone_at=None, merged_at__gte=merge.merged_at)
        .exclude(pk=merge.pk)
        .order_by("-merged_at", "-pk")
    )
    taken = set()
    for other in later:
        taken |= take_back(kept, [item for item in other.carried if place_of(item) in touched])
    taken |= take_back(kept, merge.carried)
    for other in reversed(later):
        others = [item for item in other.carried if place_of(item) not in taken]
        other.carried = others + carry_over(kept, other.merged, only=taken)
        other.save(update_fields=["carried"])
