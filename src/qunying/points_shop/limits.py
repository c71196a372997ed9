"""How many units a member may buy in a period: a counter that moves only under the limit."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Sum
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids
from qunying.points_shop.models import Bought, Item

_TAKE = """
INSERT INTO points_shop_bought AS b (item_id, member_id, period, taken) VALUES (%s, %s, %s, %s)
ON CONFLICT (item_id, member_id, period) DO UPDATE SET taken = b.taken + excluded.taken
WHERE %s::int IS NULL OR b.taken + excluded.taken <= %s
RETURNING taken
"""


class PurchaseLimit(Problem):
    """The member has bought as many as allowed."""

    code = "purchase_limit"
    kind = Kind.CONFLICT
    message = _("You can get {left} more of “{title}” at present.")


def period_of(item: Item, now: datetime) -> str:
    """Return the name of the period in which a purchase now counts: empty, a month, or a day of the brand's zone."""
    day = clock.local_day(now, get_brand().zone)
    return {Item.Period.DAY: day.isoformat(), Item.Period.MONTH: f"{day:%Y-%m}"}.get(
        Item.Period(item.period), ""
    )


def left_for(item: Item, member_id: UUID, now: datetime) -> int | None:
    """Return how many more a member may buy in this period; None is without limit."""
    if item.per_member is None:
        return None
    return max(0, item.per_member - _taken(item, list_own_ids(member_id), period_of(item, now)))


def count_units(item: Item, member_id: UUID, quantity: int, now: datetime) -> str:
    """Count units for a member and return the period; the counter is theirs until the transaction ends.

    Raises:
        PurchaseLimit: fewer are left for them.
    """
    period, limit = period_of(item, now), item.per_member
    if disabled_guard("points_shop.limit_guard"):
        left = left_for(item, member_id, now)
        failpoint("points_shop.limit_checked")
        limit = None
        if left is not None and quantity > left:
            raise PurchaseLimit(left=left, title=item.title)
    if limit is not None:
        others = [own for own in list_own_ids(member_id) if own != member_id]
        limit -= _taken(item, others, period) if others else 0
    with connection.cursor() as cursor:
        row = None
        if limit is None or quantity <= limit:
            cursor.execute(_TAKE, [item.id, member_id, period, quantity, limit, limit])
            row = cursor.fetchone()
    if row is None:
        raise PurchaseLimit(left=left_for(item, member_id, now) or 0, title=item.title)
    return period


def uncount_units(item: Item, member_id: UUID, quantity: int, period: str) -> None:
    """Take units of a purchase off the counter again, under the id and in the period in which they were counted."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE points_shop_bought SET taken = taken - %s WHERE item_id = %s AND member_id = %s AND period = %s",
            [quantity, item.id, member_id, period],
        )


def _taken(item: Item, member_ids: list[UUID], period: str) -> int:
    rows = Bought.objects.filter(item=item, member_id__in=member_ids, period=period)
    return int(rows.aggregate(taken=Sum("taken"))["taken"] or 0)
