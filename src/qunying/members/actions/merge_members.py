"""Two members are one person."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.carry_over import carry_over
from qunying.members.events import MEMBERS_MERGED
from qunying.members.models import Identity, IdentityMap, Merge
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


class SameMember(Problem):
    """The two ids stand for one member already."""

    code = "same_member"
    kind = Kind.CONFLICT
    message = _("These are one member already.")


@dataclass(frozen=True)
class MembersMerged:
    """The merge, for undoing it, and who remains."""

    merge_id: UUID
    kept_id: UUID
    merged_id: UUID


@action
def merge_members(
    *, command_id: str, actor: Actor, now: datetime, kept_id: UUID, merged_id: UUID
) -> MembersMerged:
    """Make two members one: identities and the map of identities move, history stays where it was written.

    Present attributes, tags and consents are carried over where the other's are newer. Can be undone.

    Args:
        kept_id: who remains.
        merged_id: who is from now on known as the kept one.

    Raises:
        MemberNotFound: when one of them does not exist.
        SameMember: when they are one already.
    """
    # In the order of ids, so that two merges of the same pair wait for each other instead of blocking.
    locked = {member_id: lock_living_member(member_id) for member_id in sorted({kept_id, merged_id})}
    kept, merged = locked[kept_id], locked[merged_id]
    if kept.id == merged.id:
        raise SameMember
    identities = Identity.objects.filter(member=merged)
    keys = IdentityMap.objects.filter(member=merged)
    merge = Merge.objects.create(
        kept=kept,
        merged=merged,
        merged_at=now,
        merged_by=actor.key,
        moved_identities=list(identities.values_list("pk", flat=True)),
        moved_keys=[str(key) for key in keys.values_list("key", flat=True)],
        carried=carry_over(kept, merged),
    )
    identities.update(member=kept)
    keys.update(member=kept)
    IdentityMap.objects.create(key=merged.id, member=kept)
    record(
        NewEvent(
            type=MEMBERS_MERGED,
            occurred_at=now,
            received_at=now,
            member_id=kept.id,
            properties={"merged": str(merged.id), "actor": actor.key},
        )
    )
    return MembersMerged(merge.id, kept.id, merged.id)
