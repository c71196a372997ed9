"""Open an automatic offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotions import PromotionNotDraft, find_promotion


@action
def open_promotion(*, command_id: str, actor: Actor, now: datetime, promotion_id: UUID) -> None:
    """Open a draft: it counts for carts from its beginning on, its terms stay. The version before it ends.

    Raises:
        UnknownPromotion: there is no such offer.
        PromotionNotDraft: it was opened before.
    """
    promotion = find_promotion(promotion_id, lock=True)
    if promotion.state != Promotion.State.DRAFT:
        raise PromotionNotDraft(offer=promotion.name)
    earlier = Promotion.objects.filter(series=promotion.series, state=Promotion.State.OPEN)
    for version in earlier.select_for_update(no_key=True):
        version.state = Promotion.State.CLOSED
        version.closed_at = now
        version.save()
    promotion.state = Promotion.State.OPEN
    promotion.opened_at = now
    promotion.save()
