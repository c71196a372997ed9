"""Give a member their code for inviting."""

import secrets
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.members.queries.get_member import lock_living_member
from qunying.referrals.models import InviteCode

SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"  # none that are taken for another
LENGTH = 8


@action
def make_code(*, command_id: str, actor: Actor, now: datetime, member_id: UUID) -> str:
    """Return the code of a member, made the first time it is asked for.

    Raises:
        MemberNotFound.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="referrals.make_code")
    member = lock_living_member(member_id)
    known = InviteCode.objects.filter(member=member).first()
    if known is None:
        code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        known = InviteCode.objects.create(member=member, code=code, created_at=now)
    return known.code
