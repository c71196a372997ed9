"""Begin a new version of an automatic offer."""

from datetime import datetime
from uuid import UUID

from django.db.models import Max

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotions import DraftExists, PromotionNotOpen, find_promotion


@action
def renew_promotion(*, command_id: str, actor: Actor, now: datetime, promotion_id: UUID) -> UUID:
    """Write down the next version of an offer as a draft with the same terms and return its id.

    The version that is open goes on until the new one is opened.

    Raises:
        UnknownPromotion: there is no such offer.
        PromotionNotOpen: it is a draft itself.
        DraftExists: a new version is being written already.
    """
    promotion = find_promotion(promotion_id, lock=True)
    if promotion.state == Promotion.State.DRAFT:
        raise PromotionNotOpen(offer=promotion.name)
    versions = Promotion.objects.filter(series=promotion.series)
    list(versions.select_for_update(no_key=True).order_by("version"))
    if versions.filter(state=Promotion.State.DRAFT).exists():
        raise DraftExists(offer=promotion.name)
    last = versions.aggregate(last=Max("version"))["last"] or promotion.version
    renewed = Promotion(
        id=new_id(),
        series=promotion.series,
        version=last + 1,
        name=promotion.name,
        kind=promotion.kind,
        currency=promotion.currency,
        terms=promotion.terms,
        starts_at=promotion.starts_at,
        ends_at=promotion.ends_at,
        campaign_id=promotion.campaign_id,
        created_at=now,
        created_by=actor.key,
    )
    renewed.save(force_insert=True)
    return renewed.id
