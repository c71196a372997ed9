"""What there is to watch while an activity runs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Sum

from qunying.activities.kinds import kind_of
from qunying.activities.models import Activity, Award, Participation, Turns
from qunying.activities.prizes import SOURCE
from qunying.activities.purse import purse_of
from qunying.activities.stock import levels_of
from qunying.activities.turns_for_points import turns_on_sale
from qunying.fulfilment.queries.list_fulfilments import count_to_send
from qunying.ledger.queries.get_balance import get_balance

LAST_SHOWN = 10


@dataclass(frozen=True)
class StockShown:
    """One line of stock: how many there were, went out, came back, are left."""

    name: str
    total: int
    issued: int
    returned: int
    left: int


@dataclass(frozen=True)
class Watched:
    """The live view of an activity. turns_sold, points_paid: the turns that points bought, and the points."""

    times: int
    members: int
    stocks: list[StockShown]
    last: list[tuple[int, datetime, str]]
    money_left_minor: int
    owed: int
    to_send: int
    turns_sold: int
    points_paid: int


def watch_stocks(activity: Activity) -> list[StockShown]:
    """Return the stock of an activity, line by line."""
    names = kind_of(activity.kind).read(activity).stock_names()
    return [
        StockShown(names.get(key, key), level.total, level.issued, level.returned, level.left)
        for key, level in levels_of(activity).items()
    ]


def watch_activity(activity: Activity) -> Watched:
    """Return counts, stock, and the last serials of an activity."""
    settings = kind_of(activity.kind).read(activity)
    names = settings.stock_names()
    parts = Participation.objects.filter(activity=activity)
    awards = Award.objects.filter(activity=activity)
    price = turns_on_sale(activity).points
    turns = Turns.objects.filter(activity=activity) if price else Turns.objects.none()
    sold = turns.aggregate(bought=Sum("bought"))["bought"] or 0
    last = parts.order_by("-at", "-number").values_list("serial", "at", "given")[:LAST_SHOWN]
    return Watched(
        times=parts.count(),
        members=parts.values("member").distinct().count(),
        stocks=watch_stocks(activity),
        last=[(serial or 0, at, names.get(given, given)) for serial, at, given in last],
        money_left_minor=get_balance(purse_of(activity)) if settings.money_minor() else 0,
        owed=awards.filter(state=Award.State.OWED).count(),
        to_send=count_to_send(SOURCE, awards.filter(state=Award.State.QUEUED).values("id")),
        turns_sold=sold,
        points_paid=sold * price,
    )
