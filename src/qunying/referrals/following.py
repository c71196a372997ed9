"""Orders and returns that came in with files: they start no reaction, so they are looked for."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import batched
from uuid import UUID

from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import list_ids_of
from qunying.members.queries.resolve_members import present_ids
from qunying.referrals.actions.note_order import note_order
from qunying.referrals.actions.note_return import note_return
from qunying.referrals.models import Bond, Programme
from qunying.shop.queries.sum_orders import find_first_orders, sum_returned

LOOKED_BACK = timedelta(days=180)
AT_ONCE = 1_000


def find_orders(actor: Actor, now: datetime) -> int:
    """Let invitations count whose friend has an order among those of files, and return how many were told one."""
    told = 0
    for programme in Programme.objects.exclude(state=Programme.State.DRAFT):
        waiting = Bond.objects.filter(programme=programme, state=Bond.State.WAITING)
        for some in _batches(waiting.order_by("bound_at")):
            present = present_ids({bond.invited_id for bond in some})
            since = {present[bond.invited_id]: bond.bound_at for bond in some}
            least = max(programme.least_order_minor, 1)
            found = find_first_orders(since, list_ids_of(since), programme.currency, least)
            for member_id, (order_id, total, placed_at) in found.items():
                note_order(
                    command_id=f"referral:{order_id}",
                    actor=actor,
                    now=now,
                    member_id=member_id,
                    order_id=order_id,
                    amount_minor=total,
                    currency=programme.currency,
                    paid_at=placed_at,
                )
            told += len(found)
    return told


def find_returns(actor: Actor, now: datetime, bonds: Iterable[Bond] | None = None) -> int:
    """Note what of orders that count went back by files, and return how many orders did."""
    told = 0
    looked = bonds if bonds is not None else _counting(now)
    for some in batched(looked, AT_ONCE):
        by_order: dict[UUID, Bond] = {bond.order_id: bond for bond in some if bond.order_id is not None}
        for order_id, refunded in sum_returned(by_order).items():
            bond = by_order[order_id]
            if refunded > bond.refunded_minor:
                note_return(
                    command_id=f"referral:{order_id}:{refunded}",
                    actor=actor,
                    now=now,
                    bond_id=bond.id,
                    refunded_minor=refunded,
                )
                told += 1
    return told


def _counting(now: datetime) -> Iterator[Bond]:
    # An appeal may release one that was refused.
    states = [Bond.State.HELD, Bond.State.REVIEW, Bond.State.REFUSED, Bond.State.REWARDED]
    rows = Bond.objects.filter(state__in=states, qualified_at__gt=now - LOOKED_BACK, order_id__isnull=False)
    return iter(rows.order_by("qualified_at"))


def _batches(rows: Iterable[Bond]) -> Iterator[tuple[Bond, ...]]:
    return batched(rows, AT_ONCE)
