"""Turns that points buy: each is paid in the transaction in which it is taken, so that nothing bought is ever left over."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import ngettext_lazy

from qunying.accounts.queries.get_brand import get_brand
from qunying.activities.acting import by_the_rules
from qunying.activities.limits import TurnsUsedUp, take_turn, turns_of_merged
from qunying.activities.models import Activity, Turns
from qunying.kernel import clock
from qunying.kernel.acts import Act
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import POINTS, of_member
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.queries.get_balance import get_balance
from qunying.members.queries.get_member import list_own_ids
from qunying.rewards.actions.spend_points import spend_points

# The limits of the day are for free turns: the day stays as it is.
_BUY = """
INSERT INTO activities_turns AS t (activity_id, member_id, taken, day, taken_today, bought) VALUES (%s, %s, 1, %s, 0, 1)
ON CONFLICT (activity_id, member_id) DO UPDATE SET taken = t.taken + 1, bought = t.bought + 1
WHERE t.bought < %s
RETURNING taken
"""


class TurnCostsOther(Problem):
    """The turn costs another figure than the member agreed to."""

    code = "turn_costs_other"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "A turn of “{title}” costs {points} point. Look at it again.",
        "A turn of “{title}” costs {points} points. Look at it again.",
        "points",
    )


class TooFewPoints(Problem):
    """The member has fewer points than the turn costs."""

    code = "too_few_points_for_turn"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "A turn of “{title}” costs {points} point, and you have fewer.",
        "A turn of “{title}” costs {points} points, and you have fewer.",
        "points",
    )


@dataclass(frozen=True)
class TurnsOnSale:
    """What turns of an activity cost, and how many each member may buy in all. ``points`` 0: none is sold."""

    points: int
    most: int


@dataclass(frozen=True)
class TurnOffer:
    """What a further turn costs a member: they have so many points, and may buy so many more turns."""

    points: int
    have: int
    left: int

    @property
    def missing(self) -> int:
        """Return how many points they have too few."""
        return max(0, self.points - self.have)

    @property
    def may_buy(self) -> bool:
        """Tell whether they may buy one now."""
        return self.left > 0 and not self.missing


def turns_on_sale(activity: Activity) -> TurnsOnSale:
    """Return what the rules say of turns for points."""
    return TurnsOnSale(activity.settings.get("turn_points", 0), activity.settings.get("most_bought", 0))


def offer_turn(activity: Activity, member_id: UUID) -> TurnOffer | None:
    """Return what a further turn costs a member; None where none is sold."""
    sale = turns_on_sale(activity)
    if not sale.points:
        return None
    left = sale.most - _bought(activity, list_own_ids(member_id))
    return TurnOffer(sale.points, get_balance(of_member(member_id, POINTS)), max(0, left))


def take_or_buy_turn(
    activity: Activity, member_id: UUID, pay_points: int, act: Act
) -> tuple[int, UUID | None]:
    """Count one turn of a member and return its number: free, else by a chance, else for points.

    Args:
        pay_points: what the member agreed to pay; 0: they do not pay.

    Returns:
        Beside the number, the transaction of the points that were paid.

    Raises:
        TurnsUsedUp, TurnCostsOther, TooFewPoints.
    """
    try:
        return take_turn(activity, member_id, **act), None
    except TurnsUsedUp:
        sale = turns_on_sale(activity)
        if not sale.points or not pay_points:
            raise
    if pay_points != sale.points:
        raise TurnCostsOther(title=activity.title, points=sale.points)
    number = _count_bought(activity, member_id, sale.most, act["now"])
    return number, _pay(activity, member_id, sale.points, act)


def _count_bought(activity: Activity, member_id: UUID, most: int, now: datetime) -> int:
    day = clock.local_day(now, get_brand().zone)
    others = turns_of_merged(activity, member_id, day)
    if disabled_guard("activities.bought_guard"):
        if _bought(activity, list_own_ids(member_id)) >= most:
            raise TurnsUsedUp(title=activity.title)
        failpoint("activities.bought_checked")
        return _buy(activity, member_id, day, most * most + 1) or 0
    number = _buy(activity, member_id, day, most - others.bought)
    if number is None:
        raise TurnsUsedUp(title=activity.title)
    return number + others.taken


def _buy(activity: Activity, member_id: UUID, day: date, most: int) -> int | None:
    if most < 1:
        return None
    with connection.cursor() as cursor:
        cursor.execute(_BUY, [activity.id, member_id, day, most])
        row = cursor.fetchone()
    return int(row[0]) if row else None


def _bought(activity: Activity, member_ids: list[UUID]) -> int:
    rows = Turns.objects.filter(activity=activity, member_id__in=member_ids)
    return sum(rows.values_list("bought", flat=True))


def _pay(activity: Activity, member_id: UUID, points: int, act: Act) -> UUID:
    try:
        return spend_points(
            **by_the_rules(act),
            member_id=member_id,
            amount=points,
            reason=activity.title,
            campaign_id=activity.campaign_id,
        ).transaction_id
    except InsufficientBalance as error:
        raise TooFewPoints(title=activity.title, points=points) from error
