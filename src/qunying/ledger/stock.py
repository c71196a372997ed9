"""Scarce stock: serials have no gap, units that came back go out first, nothing goes out twice."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.models import Pool, ReturnedUnit


class UnknownPool(Problem):
    """There is no such pool."""

    code = "unknown_pool"
    kind = Kind.NOT_FOUND
    message = _("There is no such stock.")


class PoolClosed(Problem):
    """The pool is closed, or it is not its time."""

    code = "pool_closed"
    kind = Kind.CONFLICT
    message = _("This is not open for claims now.")


class SoldOut(Problem):
    """The pool has fewer units left than wanted."""

    code = "sold_out"
    kind = Kind.CONFLICT
    message = _("Only {left} are left, {wanted} wanted.")


class UnitNotOut(Problem):
    """A unit comes back that was never given out, or came back before."""

    code = "unit_not_out"
    kind = Kind.CONFLICT
    message = _("Unit {serial} is not out.")


def take_one(pool_id: UUID, now: datetime) -> int:
    """Return the unit that came back first, else the next serial.

    Raises:
        UnknownPool, PoolClosed, SoldOut.
    """
    if disabled_guard("ledger.pool_guard"):
        return _take_unguarded(pool_id)
    return take_units({pool_id: 1}, now)[pool_id][0]


def take_units(wanted: Mapping[UUID, int], now: datetime) -> dict[UUID, list[int]]:
    """Take units of several pools, all or none. The pools are locked in the order of their ids.

    One statement for one pool to which nothing came back.

    Args:
        wanted: units by pool; who asks for one pool in several lines adds them up first.

    Raises:
        UnknownPool, PoolClosed, SoldOut.
    """
    if len(wanted) == 1:
        ((pool_id, count),) = wanted.items()
        fresh = _take_fresh(pool_id, count, now)
        if fresh is not None:
            return {pool_id: fresh}
    pools = {pool.id: pool for pool in Pool.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}
    taken: dict[UUID, list[int]] = {}
    for pool_id in sorted(wanted):
        if pool_id not in pools:
            raise UnknownPool
        taken[pool_id] = _take_locked(pools[pool_id], wanted[pool_id], now)
    return taken


def _take_fresh(pool_id: UUID, count: int, now: datetime) -> list[int] | None:
    """Take the next serials in one statement; None when one came back, or when there are not so many."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_pool SET issued = issued + %s"
            " WHERE id = %s AND returned = 0 AND issued + %s <= total AND state = 'open'"
            " AND (opens_at IS NULL OR opens_at <= %s) AND (closes_at IS NULL OR closes_at > %s)"
            " RETURNING issued",
            [count, pool_id, count, now, now],
        )
        row = cursor.fetchone()
    return None if row is None else list(range(int(row[0]) - count + 1, int(row[0]) + 1))


def lock_left(pool_id: UUID, now: datetime) -> int:
    """Hold a pool until the transaction ends and return how many units it has left.

    Raises:
        UnknownPool, PoolClosed.
    """
    pool = Pool.objects.select_for_update().filter(pk=pool_id).first()
    if pool is None:
        raise UnknownPool
    return _left_of(pool, now)


def _left_of(pool: Pool, now: datetime) -> int:
    opens, closes = pool.opens_at or now, pool.closes_at
    if pool.state != Pool.State.OPEN or opens > now or (closes is not None and closes <= now):
        raise PoolClosed
    return pool.total - pool.issued + pool.returned


def _take_locked(pool: Pool, count: int, now: datetime) -> list[int]:
    left = _left_of(pool, now)
    if count > left:
        raise SoldOut(left=left, wanted=count)
    back = list(ReturnedUnit.objects.filter(pool=pool).order_by("id")[:count])
    ReturnedUnit.objects.filter(pk__in=[unit.pk for unit in back]).delete()
    fresh = count - len(back)
    serials = [unit.serial for unit in back] + [pool.issued + n for n in range(1, fresh + 1)]
    Pool.objects.filter(pk=pool.pk).update(issued=pool.issued + fresh, returned=pool.returned - len(back))
    return serials


def put_back(pool_id: UUID, serials: list[int], now: datetime) -> None:
    """Take units back into the pool's list; it may be closed.

    Raises:
        UnknownPool: there is no such pool.
        UnitNotOut: a serial was never given out, or is back already.
    """
    pool = Pool.objects.select_for_update().filter(pk=pool_id).first()
    if pool is None:
        raise UnknownPool
    waiting = set(ReturnedUnit.objects.filter(pool=pool, serial__in=serials).values_list("serial", flat=True))
    for serial, times in Counter(serials).items():
        if not 1 <= serial <= pool.issued or serial in waiting or times > 1:
            raise UnitNotOut(serial=serial)
    ReturnedUnit.objects.bulk_create(
        [ReturnedUnit(pool=pool, serial=serial, returned_at=now) for serial in serials]
    )
    Pool.objects.filter(pk=pool.pk).update(returned=pool.returned + len(serials))


def _take_unguarded(pool_id: UUID) -> int:
    """Read, decide, write: what the guard is there to prevent. Only for the twins of race tests."""
    pool = Pool.objects.get(pk=pool_id)
    if pool.issued >= pool.total:
        raise SoldOut(left=0, wanted=1)
    failpoint("ledger.pool_checked")
    Pool.objects.filter(pk=pool_id).update(issued=pool.issued + 1)
    return pool.issued + 1
