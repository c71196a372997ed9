"""Change a coupon template that is not open yet."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import CouponTemplate
from qunying.rewards.wording import Wording, checked


class TemplateNotDraft(Problem):
    """The template was opened; what members were promised stays."""

    code = "template_not_draft"
    kind = Kind.CONFLICT
    message = _("“{offer}” has been opened: its terms stay as they are.")


@action
def change_template(
    *, command_id: str, actor: Actor, now: datetime, template_id: UUID, wording: Wording
) -> None:
    """Replace the terms of a draft.

    Raises:
        UnknownTemplate: there is no such template.
        TemplateNotDraft: it was opened.
        WordingWrong, UnknownCurrency: as ``create_template``.
    """
    template = CouponTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    if template.state != CouponTemplate.State.DRAFT:
        raise TemplateNotDraft(offer=template.name)
    for field, value in checked(wording).items():
        setattr(template, field, value)
    template.save()
