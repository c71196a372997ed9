"""Write down an automatic offer."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.rewards.models import Promotion
from qunying.rewards.pricing.promotion_terms import PromotionWording, checked_promotion


@action
def create_promotion(*, command_id: str, actor: Actor, now: datetime, wording: PromotionWording) -> UUID:
    """Write down the first version of an automatic offer as a draft and return its id.

    Raises:
        TermsWrong: the terms do not make sense; the message names the field.
        UnknownCurrency: there is no such currency.
    """
    key = new_id()
    promotion = Promotion(
        id=key, series=key, created_at=now, created_by=actor.key, **checked_promotion(wording)
    )
    promotion.save(force_insert=True)
    return promotion.id
