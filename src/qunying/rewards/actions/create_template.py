"""Write down a coupon template."""

from datetime import datetime
from uuid import UUID

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.ids import new_id
from qunying.rewards.models import CouponTemplate
from qunying.rewards.wording import Wording, checked


@action
def create_template(*, command_id: str, actor: Actor, now: datetime, wording: Wording) -> UUID:
    """Write down a template as a draft and return its id.

    Raises:
        WordingWrong: the terms do not make sense together; the message names the field.
        UnknownCurrency: there is no such currency.
    """
    template = CouponTemplate(
        id=new_id(),
        zone=get_brand().zone,
        created_at=now,
        created_by=actor.key,
        **checked(wording),
    )
    template.save(force_insert=True)
    return template.id
