"""Note what a member was seen with."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member
from qunying.vetting.hashing import digest_of
from qunying.vetting.models import Mark


@action
def note_mark(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, mark_kind: str, value: str
) -> None:
    """Keep a keyed hash of a device, network address, phone, delivery address or payment account of a member.

    The value itself is kept nowhere, not even with the command: of that only a hash of the whole request stays.

    Raises:
        BadMark, MemberNotFound.
    """
    digest = digest_of(mark_kind, value)
    Mark.objects.bulk_create(
        [Mark(kind=mark_kind, digest=digest, member=get_living_member(member_id), first_at=now, last_at=now)],
        update_conflicts=True,
        unique_fields=["kind", "digest", "member"],
        update_fields=["last_at"],
    )
