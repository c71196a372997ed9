"""A visitor turns out to be a member."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.events import ANONYMOUS_LINKED
from qunying.members.models import IdentityMap, Member
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record


class AnonymousTaken(Problem):
    """The anonymous id is somebody else's: a device that two people share needs a new one."""

    code = "anonymous_taken"
    kind = Kind.CONFLICT
    message = _("This visitor is known as another member already. Give the device a new id.")


@action
def link_anonymous(
    *, command_id: str, actor: Actor, now: datetime, anonymous_id: UUID, member_id: UUID
) -> UUID:
    """Let the history of an anonymous id count as a member's, and return the member's id.

    Raises:
        MemberNotFound: when there is no such member.
        AnonymousTaken: when the id is linked to another member, or is a member's own.
    """
    member = lock_living_member(member_id)
    if Member.objects.filter(pk=anonymous_id).exists():
        raise AnonymousTaken
    row, is_new = IdentityMap.objects.get_or_create(key=anonymous_id, defaults={"member": member})
    if row.member_id != member.id:
        raise AnonymousTaken
    if is_new:
        record(
            NewEvent(
                type=ANONYMOUS_LINKED,
                occurred_at=now,
                received_at=now,
                member_id=member.id,
                anonymous_id=anonymous_id,
            )
        )
    return member.id
