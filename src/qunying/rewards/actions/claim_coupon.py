"""Claim a coupon."""

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max

from qunying.accounts.actions.take_allowance import take_allowance
from qunying.accounts.allowances import Given
from qunying.kernel.actions import hot_action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.issue_unit import issue_unit
from qunying.members.queries.get_member import list_own_ids
from qunying.members.queries.list_existing import find_existing
from qunying.rewards.barring import check_not_barred
from qunying.rewards.claiming import (
    Claimed,
    ClaimLimitReached,
    campaigns_of,
    check_claimant,
    check_open,
    issue_of,
    new_coupon,
    pool_of,
    stock_of,
    store_coupons,
)
from qunying.rewards.claiming_at_once import claim_at_once
from qunying.rewards.coupons import event_of, find_template
from qunying.rewards.events import COUPON_CLAIMED
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.rounds import bring_out
from qunying.rewards.suspending import check_not_suspended
from qunying.stream.record import record


@hot_action(claim_at_once)
def claim_coupon(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    template_id: UUID,
    member_id: UUID,
    campaign_id: UUID | None = None,
    by_open_post: bool = False,
    by_code: bool = False,
) -> Claimed:
    """Give a member one coupon of an open template: the next serial, held for on the campaign's budget.

    The ordinary case is one statement (``claiming_at_once``); this is the plain way for all others, and what the
    statement is compared with.

    Args:
        campaign_id: the campaign whose budget pays (None: the template's own, if it has one).
        by_open_post: they came through a post that is for everybody who sees it, the held-out as well.
        by_code: they have entered a code of the template (``enter_code``).

    Raises:
        UnknownTemplate, MemberNotFound: there is no such template or member.
        OfferNotOpen, OfferNotYetOpen, OfferIsOver, RoundNotBegun: not now.
        OfferNotForYou: the offer is by invitation.
        OfferBarred: the member is written down as somebody who gets nothing of the campaign.
        AllowanceExceeded: a person of the staff has given as many as their role may in a day.
        RewardsSuspended: the member gets no rewards at present.
        ClaimLimitReached, CouponSoldOut: the member has as many as allowed; all are taken.
        BudgetExhausted: the campaign's budget is used up.
    """
    template = find_template(template_id)
    member = find_existing(member_id)
    check_claimant(template, actor, member, campaign_id, by_code=by_code)
    check_open(template, now)
    if not by_open_post:
        check_not_barred(member, campaigns_of(template, campaign_id), template.name)
    check_not_suspended(member, now)
    if actor.kind == "staff":  # programs claim in the name of members, as many as come
        take_allowance(command_id=command_id, actor=actor, now=now, given=Given.COUPONS, amount=1)
    paying = campaign_id or template.campaign_id
    coupon = new_coupon(template, member, number=_next_number(template, member), campaign_id=paying, now=now)
    with stock_of(template, now):
        bring_out(template, command_id=command_id, actor=actor, now=now)
        issue = issue_of(coupon, pool_of(template))
        coupon.serial = issue_unit(command_id=command_id, actor=actor, now=now, issue=issue)
    while not store_coupons([coupon]):
        coupon.number = _next_number(template, member)  # the same member was served meanwhile
    record(event_of(coupon, COUPON_CLAIMED, now, how="claimed"))
    return Claimed(
        coupon.id, template.id, member, coupon.serial, coupon.number, coupon.valid_from, coupon.valid_until
    )


def _next_number(template: CouponTemplate, member_id: UUID) -> int:
    """Return the number of the member's next coupon; what was given to members merged with them counts."""
    coupons = Coupon.objects.filter(template=template, member_id__in=list_own_ids(member_id))
    had = coupons.aggregate(count=Count("id"), last=Max("number"))
    number = max(had["count"], had["last"] or 0) + 1
    if number > template.per_member:
        raise ClaimLimitReached(limit=template.per_member, offer=template.name)
    return int(number)
