"""Buy an item of the points shop."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.members.queries.get_member import get_living_member
from qunying.points_shop.events import ITEM_BOUGHT
from qunying.points_shop.finding import find_item
from qunying.points_shop.giving import give
from qunying.points_shop.limits import count_units
from qunying.points_shop.models import Item, Purchase
from qunying.points_shop.telling import purchase_event
from qunying.rewards.actions.spend_points import spend_points
from qunying.rewards.queries.get_tier import get_tier
from qunying.rewards.suspending import check_not_suspended
from qunying.stream.record import record

MOST_AT_ONCE = 20


class ItemNotOnOffer(Problem):
    """The item cannot be bought at this instant."""

    code = "item_not_on_offer"
    kind = Kind.CONFLICT
    message = _("“{title}” cannot be redeemed at the moment.")


class ItemNotForTier(Problem):
    """The item is for other tiers."""

    code = "item_not_for_tier"
    kind = Kind.CONFLICT
    message = _("“{title}” is for members of other tiers.")


class ItemPriceChanged(Problem):
    """The price is not the one that was shown."""

    code = "item_price_changed"
    kind = Kind.CONFLICT
    message = ngettext_lazy(
        "The price of “{title}” is {points} point now. Look at it again.",
        "The price of “{title}” is {points} points now. Look at it again.",
        "points",
    )


class BadQuantity(Problem):
    """So many cannot be bought at once."""

    code = "bad_quantity"
    kind = Kind.INVALID
    message = _("Choose 1 to {most}.")


@dataclass(frozen=True)
class ItemBought:
    """The purchase, and what it cost."""

    purchase_id: UUID
    points: int


@action
def buy_item(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    item_id: UUID,
    member_id: UUID,
    price_points: int,
    quantity: int = 1,
) -> ItemBought:
    """Take units out of the stock, spend points and give what they are of; all of it or nothing.

    Args:
        price_points: of one unit, as it was shown.

    Raises:
        BadQuantity, UnknownItem, MemberNotFound.
        ItemNotOnOffer, ItemPriceChanged, ItemNotForTier, RewardsSuspended: not now, not so, or not to them.
        PurchaseLimit, InsufficientBalance, SoldOut: too many for them, for their points, or for the stock.
        ActivityIsOver, and what claiming a coupon raises: it could not be given.
    """
    if not 1 <= quantity <= MOST_AT_ONCE:
        raise BadQuantity(most=MOST_AT_ONCE)
    act = Act(command_id=command_id, actor=actor, now=now)
    item, member_id = find_item(item_id), get_living_member(member_id).id
    _check_offer(item, member_id, price_points, now)
    period = count_units(item, member_id, quantity, now)
    points = price_points * quantity
    serials = _take(item.pool_id or UUID(int=0), quantity, act)
    spent = spend_points(**act, member_id=member_id, amount=points, reason=item.title)
    purchase = Purchase(
        id=new_id(),
        item=item,
        member_id=member_id,
        quantity=quantity,
        points=points,
        serials=serials,
        period=period,
        spend_id=spent.transaction_id,
        bought_at=now,
    )
    give(purchase, act)
    purchase.save(force_insert=True)
    record(purchase_event(purchase, ITEM_BOUGHT, now, points=str(points)))
    return ItemBought(purchase.id, points)


def _take(pool_id: UUID, quantity: int, act: Act) -> list[int]:
    """Return the units: one by one statement, several under a lock."""
    if quantity == 1:
        return [take_serial(**act, pool_id=pool_id)]
    return take_serials(**act, requests=[UnitRequest(pool_id, quantity)])[0].serials


def _check_offer(item: Item, member_id: UUID, price_points: int, now: datetime) -> None:
    begun = item.opens_at is None or item.opens_at <= now
    over = item.closes_at is not None and item.closes_at <= now
    if item.state != Item.State.OPEN or not begun or over:
        raise ItemNotOnOffer(title=item.title)
    if price_points != item.price_points:
        raise ItemPriceChanged(title=item.title, points=item.price_points)
    check_not_suspended(member_id, now)
    if item.tiers:
        tier = get_tier(member_id, now)
        if tier is None or tier.code not in item.tiers:
            raise ItemNotForTier(title=item.title)
