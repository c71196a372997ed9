"""Give a member their link to a shared page."""

import secrets
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor, Forbidden
from qunying.members.queries.get_member import lock_living_member
from qunying.referrals.actions.make_code import LENGTH, SIGNS
from qunying.referrals.models import Programme, ShareLink
from qunying.referrals.sharing import lock_offer


@action
def make_share_link(*, command_id: str, actor: Actor, now: datetime, offer_id: UUID, member_id: UUID) -> str:
    """Return the code of a member's link, made the first time it is asked for.

    Raises:
        UnknownShare, ShareNotOpen, MemberNotFound.
    """
    if actor.kind == "member" and actor.id != str(member_id):
        raise Forbidden(action="referrals.make_share_link")
    offer = lock_offer(offer_id, Programme.State.OPEN)
    member = lock_living_member(member_id)
    known = ShareLink.objects.filter(offer=offer, member=member).first()
    if known is None:
        code = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
        known = ShareLink.objects.create(offer=offer, member=member, code=code, created_at=now)
    return known.code
