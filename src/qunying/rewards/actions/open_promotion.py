"""Open an automatic offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.queries.get_budget import list_free_budgets
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotions import CampaignHasNoBudget, PromotionNotDraft, find_promotion


@action
def open_promotion(*, command_id: str, actor: Actor, now: datetime, promotion_id: UUID) -> None:
    """Open a draft: it counts for carts from its beginning on, its terms stay. The version before it ends.

    Raises:
        UnknownPromotion: there is no such offer.
        PromotionNotDraft: it was opened before.
        CampaignHasNoBudget: the campaign that is to pay has no budget in the offer's currency.
    """
    promotion = find_promotion(promotion_id, lock=True)
    if promotion.state != Promotion.State.DRAFT:
        raise PromotionNotDraft(offer=promotion.name)
    campaign_id = promotion.campaign_id
    if campaign_id is not None and campaign_id not in list_free_budgets([campaign_id], promotion.currency):
        raise CampaignHasNoBudget(offer=promotion.name, currency=promotion.currency)
    earlier = Promotion.objects.filter(series=promotion.series, state=Promotion.State.OPEN)
    for version in earlier.select_for_update(no_key=True):
        version.state = Promotion.State.CLOSED
        version.closed_at = now
        version.save()
    promotion.state = Promotion.State.OPEN
    promotion.opened_at = now
    promotion.save()
