"""Giving what was bought, and taking it back: each through the noun that keeps its like."""

from datetime import timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.activities.limits import chance_asset
from qunying.fulfilment.actions.cancel_fulfilment import cancel_fulfilment
from qunying.fulfilment.actions.request_fulfilment import request_fulfilment
from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.balances import InsufficientBalance
from qunying.ledger.entries import Entry, Line
from qunying.members.queries.get_member import resolve_member_id
from qunying.points_shop.finding import SOURCE
from qunying.points_shop.models import Item, Purchase
from qunying.rewards.actions.claim_coupon import claim_coupon
from qunying.rewards.actions.withdraw_coupon import withdraw_coupon


class ActivityIsOver(Problem):
    """Chances would be for an activity in which nobody can take part."""

    code = "item_activity_over"
    kind = Kind.CONFLICT
    message = _("“{title}” is not open: chances for it would be of no use.")


class ChancesUsed(Problem):
    """Bought chances were used, so they cannot be given back."""

    code = "chances_used"
    kind = Kind.CONFLICT
    message = _("The chances were used already.")


def give(purchase: Purchase, act: Act) -> None:
    """Give the member what they bought.

    Raises:
        ActivityIsOver, and what claiming a coupon raises.
    """
    item, member_id = purchase.item, purchase.member_id
    if item.kind == Item.Kind.GOODS:
        request_fulfilment(
            **act,
            source=SOURCE,
            source_id=purchase.id,
            member_id=member_id,
            title=item.title,
            quantity=purchase.quantity,
            due_at=act["now"] + timedelta(days=item.send_days),
        )
    elif item.kind == Item.Kind.COUPON:
        purchase.coupon_ids = [
            str(claim_coupon(**act, template_id=_template(item), member_id=member_id).coupon_id)
            for _unit in range(purchase.quantity)
        ]
    else:
        activity = item.activity
        if activity is None or activity.state != "open" or activity.closes_at <= act["now"]:
            raise ActivityIsOver(title=activity.title if activity else "")
        _move_chances(purchase, act, "chances_bought", 1)


def take_back(purchase: Purchase, act: Act, reason: str) -> None:
    """Take back what was given, while it is not on its way or used.

    Raises:
        FulfilmentState: goods are on their way or with the member.
        CouponNotUsable: a coupon was used, is reserved or has ended.
        ChancesUsed.
    """
    item = purchase.item
    if item.kind == Item.Kind.GOODS:
        cancel_fulfilment(**act, source=SOURCE, source_id=purchase.id, reason=reason)
    elif item.kind == Item.Kind.COUPON:
        for coupon_id in purchase.coupon_ids:
            withdraw_coupon(**act, coupon_id=UUID(coupon_id), reason=reason)
    else:
        try:
            _move_chances(purchase, act, "chances_given_back", -1)
        except InsufficientBalance as error:
            raise ChancesUsed from error


def _template(item: Item) -> UUID:
    if item.template_id is None:
        raise ValueError("an item of coupons names its template")
    return item.template_id


def _move_chances(purchase: Purchase, act: Act, kind: str, sign: int) -> None:
    if purchase.item.activity_id is None:
        raise ValueError("an item of chances names its activity")
    asset = chance_asset(purchase.item.activity_id)
    amount = sign * purchase.quantity * purchase.item.chances
    lines = (
        Line(of_brand(asset, Purpose.ISSUANCE), -amount),
        Line(of_member(resolve_member_id(purchase.member_id), asset), amount),  # they follow a merge
    )
    post(**act, entry=Entry(kind=kind, part=str(purchase.id), lines=lines))
