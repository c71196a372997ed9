"""Rounds: a template's coupons come out at announced times, so many each; what is left of one stays for those who come later, or
ends with it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import ngettext_lazy

from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.enlarge_pool import enlarge_pool
from qunying.ledger.actions.restock_pool import restock_pool
from qunying.ledger.queries.list_pools import list_levels
from qunying.ledger.stock import lock_left
from qunying.rewards.models import CouponTemplate


@dataclass(frozen=True)
class Round:
    """So many coupons more from an instant on."""

    at: datetime
    quantity: int


class RoundNotBegun(Problem):
    """No round has begun, or what has come out is taken and more comes later."""

    code = "coupon_round_not_begun"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "The next {quantity} coupon of “{offer}” comes out at {time} ({zone}).",
        "The next {quantity} coupons of “{offer}” come out at {time} ({zone}).",
        "quantity",
    )


def read_rounds(template: CouponTemplate) -> list[Round]:
    """Return the rounds of a template in order of time; none when all its coupons come out at once."""
    return [Round(datetime.fromisoformat(row["at"]), row["quantity"]) for row in template.rounds]


def stored_rounds(rounds: Iterable[Round]) -> list[dict[str, Any]]:
    """Return rounds as a template keeps them."""
    return [{"at": each.at.astimezone(UTC).isoformat(), "quantity": each.quantity} for each in rounds]


def units_out(template: CouponTemplate, now: datetime) -> int:
    """Return how many coupons have come out by now."""
    if not template.rounds:
        return template.total
    return sum(each.quantity for each in read_rounds(template) if each.at <= now)


def find_next_round(template: CouponTemplate, now: datetime) -> Round | None:
    """Return the next round that has not begun, or None."""
    return next((each for each in read_rounds(template) if each.at > now), None)


def round_not_begun(template: CouponTemplate, coming: Round) -> RoundNotBegun:
    """Return the refusal that names the next round."""
    time = f"{coming.at.astimezone(ZoneInfo(template.zone)):%Y-%m-%d %H:%M}"
    return RoundNotBegun(quantity=coming.quantity, offer=template.name, time=time, zone=template.zone)


def is_behind(template: CouponTemplate, now: datetime) -> bool:
    """Tell whether a round has begun whose coupons are not in stock yet. Nothing is locked."""
    if not template.rounds or template.pool_id is None:
        return False
    level = list_levels([template.pool_id]).get(template.pool_id)
    return level is not None and level.total + level.ended < units_out(template, now)


def bring_out(template: CouponTemplate, *, command_id: str, actor: Actor, now: datetime) -> int:
    """Put the coupons of all rounds that have begun into the stock and return how many came; again changes nothing.

    The stock has been given as many as the rounds before hold, so what it had in all says which of them are in it. Whoever
    claims first in a round does this for all; the row of the stock makes the others wait. Where what is left ends with its
    round, the stock closes when the next round begins, so that nobody takes from it what has ended.

    Raises:
        PoolClosed: the template was closed.
    """
    pool_id = template.pool_id
    if not is_behind(template, now) or pool_id is None:
        return 0
    act = Act(command_id=command_id, actor=actor, now=now)
    in_all = units_out(template, now)
    if template.leftover_ends:
        units = present_round(template, now).quantity
        return restock_pool(
            **act, pool_id=pool_id, units=units, in_all=in_all, closes_at=stock_ends(template, now)
        )
    lock_left(pool_id, now)
    units = in_all - list_levels([pool_id])[pool_id].total
    if units > 0:
        enlarge_pool(**act, pool_id=pool_id, units=units)
    return max(0, units)


def present_round(template: CouponTemplate, now: datetime) -> Round:
    """Return the round that began last, or the first one before it begins."""
    rounds = read_rounds(template)
    return next((each for each in reversed(rounds) if each.at <= now), rounds[0])


def stock_ends(template: CouponTemplate, now: datetime) -> datetime | None:
    """Return when what is in stock ends: with the beginning of the next round, where what is left does not stay; else None."""
    if not template.leftover_ends:
        return None
    present = present_round(template, now)
    return next((each.at for each in read_rounds(template) if each.at > present.at), None)
