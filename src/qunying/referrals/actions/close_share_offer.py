"""Let nobody earn by a shared page any more."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.referrals.models import Programme
from qunying.referrals.sharing import lock_offer


@action
def close_share_offer(*, command_id: str, actor: Actor, now: datetime, offer_id: UUID) -> UUID:
    """Let nobody earn by a shared page any more and return its id.

    Raises:
        UnknownShare, ShareNotOpen.
    """
    offer = lock_offer(offer_id, Programme.State.OPEN)
    offer.state, offer.closed_at = Programme.State.CLOSED, now
    offer.save()
    return offer.id
