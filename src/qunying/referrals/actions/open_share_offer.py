"""Open a shared page for members."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.referrals.models import Programme
from qunying.referrals.sharing import lock_offer


@action
def open_share_offer(*, command_id: str, actor: Actor, now: datetime, offer_id: UUID) -> UUID:
    """Open a shared page for members and return its id.

    Raises:
        UnknownShare, ShareNotOpen.
    """
    offer = lock_offer(offer_id, Programme.State.DRAFT)
    offer.state, offer.opened_at = Programme.State.OPEN, now
    offer.save()
    return offer.id
