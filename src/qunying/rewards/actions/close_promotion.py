"""Close an automatic offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotions import PromotionNotOpen, find_promotion


@action
def close_promotion(*, command_id: str, actor: Actor, now: datetime, promotion_id: UUID) -> None:
    """End an offer. Orders that have reserved its price keep it until their reservation ends.

    Raises:
        UnknownPromotion: there is no such offer.
        PromotionNotOpen: it is a draft, or closed already.
    """
    promotion = find_promotion(promotion_id, lock=True)
    if promotion.state != Promotion.State.OPEN:
        raise PromotionNotOpen(offer=promotion.name)
    promotion.state = Promotion.State.CLOSED
    promotion.closed_at = now
    promotion.save()
