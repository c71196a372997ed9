"""Open a coupon template for claims."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.create_pool import create_pool
from qunying.rewards.actions.change_template import TemplateNotDraft
from qunying.rewards.claiming import CapMissing
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import read_rounds, units_out
from qunying.rewards.terms import largest_discount, rules_hash


@action
def open_template(*, command_id: str, actor: Actor, now: datetime, template_id: UUID) -> UUID:
    """Open a draft: its coupons become a stock (those of later rounds at their time), its terms stay from now on. Returns the id of the stock pool.

    Raises:
        UnknownTemplate: there is no such template.
        TemplateNotDraft: it was opened before.
        CapMissing: its campaign's budget could not hold for it.
    """
    template = CouponTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    if template.state != CouponTemplate.State.DRAFT:
        raise TemplateNotDraft(offer=template.name)
    if template.campaign_id is not None and largest_discount(template) is None:
        raise CapMissing
    pool_id = create_pool(
        command_id=command_id,
        actor=actor,
        now=now,
        kind="coupon",
        total=units_out(template, now)
        or read_rounds(template)[0].quantity,  # before the first round nobody claims
        rules_hash=rules_hash(template),
    )
    template.pool_id = pool_id
    template.state = CouponTemplate.State.OPEN
    template.opened_at = now
    template.save()
    return pool_id
