"""Change an automatic offer that is not open yet."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotion_terms import PromotionWording, checked_promotion
from qunying.rewards.pricing.promotions import PromotionNotDraft, find_promotion


@action
def change_promotion(
    *, command_id: str, actor: Actor, now: datetime, promotion_id: UUID, wording: PromotionWording
) -> None:
    """Replace the terms of a draft.

    Raises:
        UnknownPromotion: there is no such offer.
        PromotionNotDraft: it was opened.
        TermsWrong, UnknownCurrency: as ``create_promotion``.
    """
    promotion = find_promotion(promotion_id, lock=True)
    if promotion.state != Promotion.State.DRAFT:
        raise PromotionNotDraft(offer=promotion.name)
    for field, value in checked_promotion(wording).items():
        setattr(promotion, field, value)
    promotion.save()
