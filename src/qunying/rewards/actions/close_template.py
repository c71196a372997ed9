"""Close a coupon template."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.close_pool import close_pool
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import CouponTemplate


class TemplateNotOpen(Problem):
    """The template is a draft, or closed already."""

    code = "template_not_open"
    kind = Kind.CONFLICT
    message = _("“{offer}” is not open.")


@action
def close_template(*, command_id: str, actor: Actor, now: datetime, template_id: UUID) -> None:
    """End claims. Coupons that members have stay valid.

    Raises:
        UnknownTemplate: there is no such template.
        TemplateNotOpen: it is a draft, or closed already.
    """
    template = CouponTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    if template.state != CouponTemplate.State.OPEN or template.pool_id is None:
        raise TemplateNotOpen(offer=template.name)
    close_pool(command_id=command_id, actor=actor, now=now, pool_id=template.pool_id)
    template.state = CouponTemplate.State.CLOSED
    template.closed_at = now
    template.save()
