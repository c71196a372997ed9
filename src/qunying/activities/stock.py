"""The one door to scarce prizes: pools of the book, made when an activity opens."""

from collections.abc import Iterator, Mapping
from uuid import UUID

from qunying.activities.models import Activity, Stock
from qunying.kernel.acts import Act
from qunying.kernel.remembering import remembered
from qunying.ledger.actions.close_pool import close_pool
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.actions.take_serials import UnitRequest, take_serials
from qunying.ledger.queries.list_pools import StockLevel, list_levels
from qunying.ledger.stock import PoolClosed, SoldOut


def make_pool(activity: Activity, kind: str, total: int, act: Act) -> UUID:
    """Return the id of a new pool under the activity's rules."""
    return create_pool(**act, kind=kind, total=total, rules_hash=activity.rules_hash)


def stock_up(activity: Activity, key: str, total: int, act: Act) -> None:
    """Put so many units of a prize (or of places, shares, …) into the book."""
    Stock.objects.create(activity=activity, key=key, pool_id=make_pool(activity, "activity", total, act))


def pool_of(activity: Activity, key: str) -> UUID:
    """Return the pool of a prize."""
    return UUID(str(Stock.objects.values_list("pool_id", flat=True).get(activity=activity, key=key)))


def take_unit(activity: Activity, key: str, act: Act) -> int | None:
    """Return the serial of a unit, or None when nothing is left."""
    try:
        return take_serial(**act, pool_id=pool_of(activity, key))
    except SoldOut:
        return None


def take_units(activity: Activity, counts: Mapping[str, int], act: Act) -> dict[str, Iterator[int]]:
    """Return the serials of so many units of each prize; none for what has no stock, such as a share of points.

    Raises:
        SoldOut: one of them has not so many left, and nothing was taken.
    """
    pools = dict(Stock.objects.filter(activity=activity, key__in=counts).values_list("key", "pool_id"))
    requests = [UnitRequest(pool_id, counts[key]) for key, pool_id in pools.items()]
    taken = {found.pool_id: found.serials for found in take_serials(**act, requests=requests)}
    return {key: iter(taken[pools[key]] if key in pools else ()) for key in counts}


def put_unit_back(activity: Activity, key: str, serial: int, act: Act) -> None:
    """Take a unit back; it goes out again before a new one."""
    return_serial(**act, pool_id=pool_of(activity, key), serial=serial)


def take_play(activity: Activity, act: Act) -> int | None:
    """Return the serial of a play, or None when all of them are played.

    Whoever has it is alone with the activity's stock until the transaction ends, so that plays follow each other in
    the order of their serials.
    """
    if activity.plays_id is None:
        raise RuntimeError("this kind counts no plays")
    try:
        return take_serial(**act, pool_id=activity.plays_id)
    except SoldOut:
        return None


def close_stock(activity: Activity, act: Act) -> None:
    """Give out nothing more."""
    pools = [*Stock.objects.filter(activity=activity).values_list("pool_id", flat=True)]
    for pool_id in sorted([*pools, *([activity.plays_id] if activity.plays_id else [])]):
        try:
            close_pool(**act, pool_id=pool_id)
        except PoolClosed:
            continue


@remembered
def levels_of(activity: Activity) -> dict[str, StockLevel]:
    """Return how much of each prize there was, went out, came back, and is left; plays under an empty key."""
    pools = dict(Stock.objects.filter(activity=activity).values_list("pool_id", "key"))
    if activity.plays_id is not None:
        pools[activity.plays_id] = ""
    return {pools[pool_id]: level for pool_id, level in list_levels(pools).items()}
