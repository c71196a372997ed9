"""Give coupons to chosen members."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from qunying.accounts.actions.take_allowance import take_allowance
from qunying.accounts.allowances import Given
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.actions.post_entries import post_entries
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.ledger.entries import MAX_ENTRIES
from qunying.ledger.issuing import entry_of
from qunying.members.queries.get_member import list_ids_of
from qunying.members.queries.list_existing import list_existing
from qunying.rewards.barring import OfferBarred, list_barred
from qunying.rewards.claiming import (
    campaigns_of,
    check_open,
    issue_of,
    new_coupon,
    pool_of,
    stock_of,
    store_coupons,
)
from qunying.rewards.coupons import event_of, find_template
from qunying.rewards.events import COUPON_CLAIMED
from qunying.rewards.models import Coupon, CouponTemplate
from qunying.rewards.rounds import bring_out
from qunying.rewards.suspending import list_suspended
from qunying.rewards.terms import coupon_times
from qunying.stream.record import record


@dataclass(frozen=True)
class Granted:
    """How many members got a coupon, had their fill already, do not exist, get nothing of the campaign, or nothing at present."""

    granted: int
    at_limit: int
    unknown: int
    barred: int = 0
    suspended: int = 0


@action
def grant_coupons(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    template_id: UUID,
    member_ids: list[UUID],
    campaign_id: UUID | None = None,
) -> Granted:
    """Give one coupon to each member, all or none: a few statements per 500 members, however many.

    A member named twice gets one. Who has as many as allowed gets none more, nor does who is written down as
    somebody who gets nothing of the campaign, nor whose rewards are suspended.

    Raises:
        UnknownTemplate: there is no such template.
        OfferNotOpen, OfferNotYetOpen, OfferIsOver, RoundNotBegun: not now.
        OfferBarred: nobody is left, because all get nothing of the campaign.
        AllowanceExceeded: the actor's role may not give so many in a day.
        CouponSoldOut: fewer are left than members are to get one.
        BudgetExhausted: the campaign's budget does not hold for all.
    """
    template = find_template(template_id)
    check_open(template, now)
    existing = list_existing(set(member_ids))
    known = set(existing.values())
    barred = list_barred(known, campaigns_of(template, campaign_id))
    suspended = list_suspended(known - barred, now)
    members = sorted(known - barred - suspended)
    if barred and not members:
        raise OfferBarred(offer=template.name)
    serials = _take(command_id, actor, now, template, len(_next_numbers(template, members)))
    numbers = _next_numbers(template, members)  # again, now that the stock is ours until we are done
    for serial in serials[len(numbers) :]:
        return_serial(command_id=command_id, actor=actor, now=now, pool_id=pool_of(template), serial=serial)
    take_allowance(command_id=command_id, actor=actor, now=now, given=Given.COUPONS, amount=len(numbers))
    paying = campaign_id or template.campaign_id
    times = coupon_times(template, now)
    coupons = [
        new_coupon(template, member, number=number, serial=serial, campaign_id=paying, now=now, times=times)
        for (member, number), serial in zip(numbers.items(), serials, strict=False)
    ]
    for batch in batched(coupons, MAX_ENTRIES):
        store_coupons(batch)
        entries = [entry_of(issue_of(coupon, pool_of(template))) for coupon in batch]
        post_entries(command_id=command_id, actor=actor, now=now, entries=entries)
        record(*(event_of(coupon, COUPON_CLAIMED, now, how="granted") for coupon in batch))
    unknown = len(set(member_ids)) - len(existing)
    return Granted(len(coupons), len(members) - len(coupons), unknown, len(barred), len(suspended))


def _next_numbers(template: CouponTemplate, members: list[UUID]) -> dict[UUID, int]:
    """Return the number of the next coupon of each member who may have one more."""
    ids = list_ids_of(members)
    count, last = Counter[UUID](), Counter[UUID]()
    coupons = Coupon.objects.filter(template=template, member_id__in=list(ids))
    for known_as, number in coupons.values_list("member_id", "number"):
        member = ids[known_as]
        count[member] += 1
        last[member] = max(last[member], number)
    numbers = {member: max(count[member], last[member]) + 1 for member in members}
    return {member: number for member, number in numbers.items() if number <= template.per_member}


def _take(command_id: str, actor: Actor, now: datetime, template: CouponTemplate, count: int) -> list[int]:
    if count == 0:
        return []
    wanted = [UnitRequest(pool_of(template), count)]
    with stock_of(template, now):
        bring_out(template, command_id=command_id, actor=actor, now=now)
        return take_serials(command_id=command_id, actor=actor, now=now, requests=wanted)[0].serials
