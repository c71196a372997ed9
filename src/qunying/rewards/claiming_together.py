"""Many claims in one transaction: what is asked is read, decided and written for all of them by a few statements.

For the hot hours of an offer. Each claim is a command of its own, with its own answer, as if they had come one after the other; the
plain way (``actions/claim_coupon.py``) decides what is not ordinary, and is what this is compared with.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, LiteralString
from uuid import UUID

from django.db import connection

from qunying.kernel.actions import Running
from qunying.kernel.actors import Actor
from qunying.kernel.batches import MOST_TOGETHER, Asked, Outcome, OvertakenError, run_together
from qunying.kernel.failpoints import disabled_guard
from qunying.kernel.problems import Problem
from qunying.ledger.accounts import of_campaign
from qunying.ledger.balances import BudgetExhausted
from qunying.ledger.issuing import may_issue_at_once
from qunying.ledger.issuing_together import issue_together
from qunying.ledger.queries.get_balance import get_balance
from qunying.ledger.stock import lock_left, take_units
from qunying.members.queries.get_member import MemberNotFound
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.barring import OfferBarred
from qunying.rewards.claiming import (
    CapMissing,
    Claimed,
    ClaimLimitReached,
    NewCoupon,
    all_taken,
    campaigns_of,
    check_claimant,
    check_open,
    issue_of,
    new_coupon,
    pool_of,
    stock_of,
    store_coupons,
)
from qunying.rewards.coupons import event_of
from qunying.rewards.events import COUPON_CLAIMED
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import is_behind
from qunying.rewards.suspending import RewardsSuspended
from qunying.rewards.terms import coupon_times, largest_discount
from qunying.stream.record import record

_ASK: LiteralString = """
SELECT who.member_id, had.number, barred.so, suspended.so
FROM unnest(%(members)s::uuid[]) WITH ORDINALITY AS asked(id, place)
CROSS JOIN LATERAL (SELECT coalesce((SELECT member_id FROM identity_map WHERE key = asked.id),
    (SELECT id FROM members_member WHERE id = asked.id)) AS member_id) who
CROSS JOIN LATERAL (SELECT ARRAY(SELECT key FROM identity_map WHERE member_id = who.member_id) || who.member_id AS ids) known_as
CROSS JOIN LATERAL (SELECT greatest(count(*), coalesce(max(number), 0)) + 1 AS number FROM rewards_coupon
    WHERE template_id = %(template)s AND member_id = ANY(known_as.ids)) had
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM rewards_bar
    WHERE campaign_id = ANY(%(campaigns)s::uuid[]) AND member_id = ANY(known_as.ids)) AS so) barred
CROSS JOIN LATERAL (SELECT EXISTS (SELECT FROM rewards_suspension WHERE member_id = ANY(known_as.ids) AND lifted_at IS NULL
    AND since <= %(now)s AND (until IS NULL OR until > %(now)s)) AS so) suspended
ORDER BY asked.place
"""


def claim_together(claims: Sequence[Asked], now: datetime) -> list[Outcome[Claimed]]:
    """Do claims of any offers, each on its own; those of one offer and campaign go together.

    Args:
        claims: commands with the arguments of ``claim_coupon``, any number.
        now: the present instant.

    Returns:
        The coupon or the problem of each claim, in their order.

    Raises:
        Busy: the locks did not come in time. What went before is done; the same commands again give the stored answers.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, asked in enumerate(claims):
        what = asked.arguments
        offer = what["template_id"], what.get("campaign_id"), what.get("by_open_post", False)
        groups.setdefault(offer, []).append(place)
    outcomes: dict[int, Outcome[Claimed]] = {}
    for places in groups.values():
        for start in range(0, len(places), MOST_TOGETHER):
            some = places[start : start + MOST_TOGETHER]
            done = run_together(claim_coupon, [claims[at] for at in some], now=now, together=_decide)
            outcomes |= dict(zip(some, done, strict=True))
    return [outcomes[place] for place in range(len(claims))]


def _decide(
    runnings: Sequence[Running], arguments: Sequence[Mapping[str, Any]]
) -> Sequence[Outcome[Claimed] | None]:
    """Decide the claims of one offer in their order, and write what they bring."""
    template = CouponTemplate.objects.filter(pk=arguments[0]["template_id"]).first()
    if template is None or not may_issue_at_once() or disabled_guard("rewards.claim_together"):
        return [None] * len(runnings)
    if is_behind(template, runnings[0].now):  # the plain way brings out what the round adds
        return [None] * len(runnings)
    offer = _Offer(template, arguments[0].get("campaign_id"), runnings[0].now)
    outcomes: list[Outcome[Claimed] | None] = [None] * len(runnings)
    winners: dict[int, tuple[UUID, int]] = {}
    claimants = offer.ask([what["member_id"] for what in arguments])
    for place, (running, what, claimant) in enumerate(zip(runnings, arguments, claimants, strict=True)):
        if running.actor.kind == "staff":  # the plain way counts what they give in a day
            continue
        try:
            winners[place] = offer.promise(claimant, running.actor, what)
        except Problem as problem:
            outcomes[place] = problem
    coupons = offer.give(list(winners.values()), [runnings[place] for place in winners])
    for place, c in zip(winners, coupons, strict=True):
        outcomes[place] = Claimed(
            c.id, template.id, c.member_id, c.serial, c.number, c.valid_from, c.valid_until
        )
    return outcomes


@dataclass(frozen=True)
class _Claimant:
    """A member who claims: who they now are, the number of their next coupon, and what is written against them."""

    member_id: UUID | None
    number: int
    is_barred: bool
    is_suspended: bool


class _Offer:
    """An offer whose stock is held until the transaction ends, and what is left of it while it is promised."""

    def __init__(self, template: CouponTemplate, campaign_id: UUID | None, now: datetime) -> None:
        self.template, self.campaign_id, self.now = template, campaign_id, now
        self.paying = campaign_id or template.campaign_id
        self.amount = largest_discount(template) if self.paying is not None else 0
        self.numbers: dict[UUID, int] = {}  # given in this batch, by member
        self.left = self.free = 0
        self.closed: Problem | None = None
        try:
            check_open(template, now)
            with stock_of(template, now):
                self.left = lock_left(pool_of(template), now)
        except Problem as problem:
            self.closed = problem
        if self.paying is not None:
            self.free = get_balance(of_campaign(self.paying, template.currency))

    def ask(self, member_ids: Sequence[UUID]) -> list[_Claimant]:
        """Return what is known of those who claim."""
        with connection.cursor() as cursor:
            cursor.execute(
                _ASK,
                {
                    "members": list(member_ids),
                    "template": self.template.id,
                    "campaigns": list(campaigns_of(self.template, self.campaign_id)),
                    "now": self.now,
                },
            )
            return [_Claimant(*row) for row in cursor.fetchall()]

    def promise(self, claimant: _Claimant, actor: Actor, what: Mapping[str, Any]) -> tuple[UUID, int]:
        """Set a coupon aside; return whose it is and its number among theirs. The checks come as in ``claim_coupon``.

        Raises:
            Problem: as ``claim_coupon``.
        """
        template, member = self.template, claimant.member_id
        if member is None:
            raise MemberNotFound(member_id=str(what["member_id"]))
        check_claimant(template, actor, member, self.campaign_id, by_code=what.get("by_code", False))
        if self.closed is not None:
            raise self.closed
        if claimant.is_barred and not what.get("by_open_post", False):
            raise OfferBarred(offer=template.name)
        if claimant.is_suspended:
            raise RewardsSuspended
        number = max(claimant.number, self.numbers.get(member, 0) + 1)
        if number > template.per_member:
            raise ClaimLimitReached(limit=template.per_member, offer=template.name)
        if self.amount is None:
            raise CapMissing
        if self.left == 0:
            raise all_taken(template, self.now)
        if self.paying is not None and self.free < self.amount:
            raise BudgetExhausted
        self.numbers[member] = number
        self.left -= 1
        self.free -= self.amount
        return member, number

    def give(self, winners: Sequence[tuple[UUID, int]], runnings: Sequence[Running]) -> list[NewCoupon]:
        """Write the coupons that were promised, each for its command."""
        if not winners:
            return []
        pool_id = pool_of(self.template)
        serials = take_units({pool_id: len(winners)}, self.now)[pool_id]
        times = coupon_times(self.template, self.now)
        coupons = [
            new_coupon(
                self.template,
                member,
                number=number,
                serial=serial,
                campaign_id=self.paying,
                now=self.now,
                times=times,
            )
            for (member, number), serial in zip(winners, serials, strict=True)
        ]
        issue_together([issue_of(coupon, pool_id) for coupon in coupons], runnings)
        if len(store_coupons(coupons)) < len(coupons):
            raise OvertakenError
        record(*(event_of(coupon, COUPON_CLAIMED, self.now, how="claimed") for coupon in coupons))
        return coupons
