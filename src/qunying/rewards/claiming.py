"""Who may claim what and when, and the entry that brings a coupon into the book."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actors import Actor, Forbidden
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import coupon_asset
from qunying.ledger.issuing import Issue
from qunying.ledger.stock import PoolClosed, SoldOut
from qunying.rewards.codes import hash_code, new_code, seal_code
from qunying.rewards.models import CouponTemplate
from qunying.rewards.rounds import find_next_round, round_not_begun, units_out
from qunying.rewards.terms import claim_times, coupon_times, largest_discount

ENTRY_KIND = "coupon_claimed"  # of what a claim writes into the book


class OfferNotOpen(Problem):
    """The template is a draft, is closed, or it is not its time."""

    code = "offer_not_open"
    kind = Kind.CONFLICT
    message = _("“{offer}” cannot be claimed now.")


class OfferNotYetOpen(Problem):
    """Claims have not begun."""

    code = "offer_not_yet_open"
    kind = Kind.CONFLICT
    message = _("“{offer}” can be claimed from {day} on.")


class OfferIsOver(Problem):
    """The last day for claims has passed."""

    code = "offer_is_over"
    kind = Kind.CONFLICT
    message = _("“{offer}” is over.")


class CouponSoldOut(Problem):
    """All coupons of the template are taken."""

    code = "coupon_sold_out"
    kind = Kind.CONFLICT
    message = _("All coupons of “{offer}” are taken.")


class ClaimLimitReached(Problem):
    """The member has had as many as one member may."""

    code = "claim_limit_reached"
    kind = Kind.CONFLICT
    message = _("You already have this coupon: at most {limit} of “{offer}” per member.")


class OfferNotForYou(Problem):
    """The template is given by the brand and not open to everybody."""

    code = "offer_not_for_you"
    kind = Kind.CONFLICT
    message = _("“{offer}” is for invited members only.")


class CapMissing(Problem):
    """A percentage without a cap has no largest discount, so no budget can hold for it."""

    code = "cap_missing"
    kind = Kind.INVALID
    message = _("A percent-off coupon that draws on a campaign's budget needs a cap.")


@dataclass(frozen=True)
class Claimed:
    """The coupon that a member got. Its code is shown to the member only (``queries.show_code``)."""

    coupon_id: UUID
    template_id: UUID
    member_id: UUID
    serial: int
    number: int
    valid_from: datetime
    valid_until: datetime


def check_open(template: CouponTemplate, now: datetime) -> None:
    """Refuse when the template cannot be claimed now.

    Raises:
        OfferNotOpen, OfferNotYetOpen, OfferIsOver.
        RoundNotBegun: its coupons come out in rounds, and the first has not begun.
    """
    if template.state != CouponTemplate.State.OPEN:
        raise OfferNotOpen(offer=template.name)
    opens, closes = claim_times(template)
    if opens is not None and now < opens:
        raise OfferNotYetOpen(offer=template.name, day=str(template.claim_from))
    if closes is not None and now >= closes:
        raise OfferIsOver(offer=template.name)
    coming = find_next_round(template, now) if template.rounds else None
    if coming is not None and units_out(template, now) == 0:
        raise round_not_begun(template, coming)


def check_claimant(
    template: CouponTemplate,
    actor: Actor,
    member_id: UUID,
    campaign_id: UUID | None,
    *,
    by_code: bool = False,
) -> None:
    """Refuse a member who claims for another, or who helps themselves to what is given by invitation or code.

    Args:
        by_code: they have entered a code of the template.

    A campaign's page names the campaign, after it has read the member's personal link.

    Raises:
        Forbidden, OfferNotForYou.
    """
    if actor.kind != "member":
        return
    if actor.id != str(member_id):
        raise Forbidden(action="rewards.claim_coupon")
    if template.audience != CouponTemplate.Audience.PUBLIC and campaign_id is None and not by_code:
        raise OfferNotForYou(offer=template.name)


def campaigns_of(template: CouponTemplate, campaign_id: UUID | None) -> set[UUID]:
    """Return the campaigns that a gift belongs to: the one that pays and the template's own."""
    return {known for known in (campaign_id, template.campaign_id) if known is not None}


@dataclass
class NewCoupon:
    """A coupon that is not stored yet; in hot hours there is no time to make a row object of each."""

    id: UUID
    template: CouponTemplate
    template_id: UUID
    member_id: UUID
    number: int
    serial: int
    code_hash: bytes
    sealed_code: bytes
    campaign_id: UUID | None
    claimed_at: datetime
    valid_from: datetime
    valid_until: datetime
    budget_hold_id: UUID | None
    order_id: None = None


def new_coupon(
    template: CouponTemplate,
    member_id: UUID,
    *,
    number: int,
    serial: int = 0,
    campaign_id: UUID | None,
    now: datetime,
    times: tuple[datetime, datetime] | None = None,
) -> NewCoupon:
    """Return a coupon with a code of its own.

    Args:
        times: ``coupon_times(template, now)``, when the caller knows them already.
    """
    code = new_code()
    valid_from, valid_until = times or coupon_times(template, now)
    return NewCoupon(
        id=new_id(),
        template=template,
        template_id=template.id,
        member_id=member_id,
        number=number,
        serial=serial,
        code_hash=hash_code(code),
        sealed_code=seal_code(code),
        campaign_id=campaign_id,
        claimed_at=now,
        valid_from=valid_from,
        valid_until=valid_until,
        budget_hold_id=new_id() if campaign_id else None,
    )


def store_coupons(coupons: Sequence[NewCoupon]) -> set[UUID]:
    """Insert coupons and return the ids of those that did not run into one of the same member and number."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO rewards_coupon (id, template_id, member_id, number, serial, code_hash, sealed_code,"
            " state, campaign_id, claimed_at, valid_from, valid_until, budget_hold_id)"
            " SELECT w.id, %s, w.member_id, w.number, w.serial, w.code_hash, w.sealed_code, 'claimed',"
            "  %s, %s, %s, %s, w.budget_hold_id"
            " FROM unnest(%s::uuid[], %s::uuid[], %s::int[], %s::bigint[], %s::bytea[], %s::bytea[],"
            "  %s::uuid[])"
            "  AS w(id, member_id, number, serial, code_hash, sealed_code, budget_hold_id)"
            " ON CONFLICT (template_id, member_id, number) DO NOTHING RETURNING id",
            [
                coupons[0].template_id,
                coupons[0].campaign_id,
                coupons[0].claimed_at,
                coupons[0].valid_from,
                coupons[0].valid_until,
                [coupon.id for coupon in coupons],
                [coupon.member_id for coupon in coupons],
                [coupon.number for coupon in coupons],
                [coupon.serial for coupon in coupons],
                [coupon.code_hash for coupon in coupons],
                [coupon.sealed_code for coupon in coupons],
                [coupon.budget_hold_id for coupon in coupons],
            ],
        )
        return {key for (key,) in cursor.fetchall()}


def issue_of(coupon: NewCoupon, pool_id: UUID) -> Issue:
    """Return what a claim asks of the book: one unit to the member, the largest discount held on the budget.

    Raises:
        CapMissing: when nothing bounds the discount.
    """
    largest = largest_discount(coupon.template) if coupon.campaign_id is not None else 0
    if largest is None:
        raise CapMissing
    return Issue(
        kind=ENTRY_KIND,
        part=str(coupon.id),
        pool_id=pool_id,
        asset=coupon_asset(coupon.template_id),
        member_id=coupon.member_id,
        campaign_id=coupon.campaign_id,
        currency=coupon.template.currency,
        hold_id=coupon.budget_hold_id,
        hold_amount=largest,
    )


def pool_of(template: CouponTemplate) -> UUID:
    """Return the stock of an open template.

    Raises:
        OfferNotOpen: a draft has none.
    """
    if template.pool_id is None:
        raise OfferNotOpen(offer=template.name)
    return template.pool_id


def all_taken(template: CouponTemplate, now: datetime) -> Problem:
    """Return the refusal when no coupon is left: more come with the next round, or none."""
    coming = find_next_round(template, now)
    return round_not_begun(template, coming) if coming else CouponSoldOut(offer=template.name)


@contextmanager
def stock_of(template: CouponTemplate, now: datetime) -> Iterator[None]:
    """Say what is wrong with the stock in the words of the offer."""
    try:
        yield
    except SoldOut as problem:
        raise all_taken(template, now) from problem
    except PoolClosed as problem:
        raise OfferNotOpen(offer=template.name) from problem
