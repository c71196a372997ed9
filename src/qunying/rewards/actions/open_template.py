"""Open a coupon template for claims."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.create_pool import create_pool
from qunying.rewards.actions.change_template import TemplateNotDraft
from qunying.rewards.claiming import CapMissing
from qunying.rewards.coupons import UnknownTemplate
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import bring_out, present_round, stock_ends
from qunying.rewards.terms import largest_discount, rules_hash


class TermsChangedMeanwhile(Problem):
    """The terms are no longer those that somebody has in front of them."""

    code = "terms_changed_meanwhile"
    kind = Kind.CONFLICT
    message = _(
        "Somebody has changed the terms of “{offer}” since you opened them. Nothing was done; look at them as they are now, then do it again if you still want to."
    )


@action
def open_template(
    *, command_id: str, actor: Actor, now: datetime, template_id: UUID, seen: str | None = None
) -> UUID:
    """Open a draft: its coupons become a stock (those of later rounds at their time), its terms stay from now on. Returns the id of the stock pool.

    Args:
        template_id: which draft.
        seen: the hash of the terms that the actor has seen: what they did not see, they do not open.

    Raises:
        UnknownTemplate: there is no such template.
        TemplateNotDraft: it was opened before.
        TermsChangedMeanwhile: the terms are other ones than were seen.
        CapMissing: its campaign's budget could not hold for it.
    """
    template = CouponTemplate.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise UnknownTemplate
    if template.state != CouponTemplate.State.DRAFT:
        raise TemplateNotDraft(offer=template.name)
    if seen is not None and seen != rules_hash(template):
        raise TermsChangedMeanwhile(offer=template.name)
    if template.campaign_id is not None and largest_discount(template) is None:
        raise CapMissing
    act = Act(command_id=command_id, actor=actor, now=now)
    pool_id = create_pool(
        **act,
        kind="coupon",
        total=present_round(template, now).quantity if template.rounds else template.total,
        rules_hash=rules_hash(template),
        closes_at=stock_ends(template, now),
    )
    template.pool_id = pool_id
    bring_out(template, **act)  # what earlier rounds have left, when it is opened late
    template.state = CouponTemplate.State.OPEN
    template.opened_at = now
    template.save()
    return pool_id
