"""Invitations: those of a member, all of them, and what came of them."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from qunying.accounts.queries.get_brand import get_brand
from qunying.members.queries.get_member import list_ids_of, list_own_ids
from qunying.members.queries.resolve_members import present_ids
from qunying.referrals.line import DEEPEST
from qunying.referrals.models import Bond, Reward
from qunying.shop.queries.sum_orders import sum_orders

MOST_IN_TREE = 500
MOST_LEADERS = 20

_DOWN = """
WITH RECURSIVE down(bond_id, invited_id, depth, path) AS (
    SELECT b.id, b.invited_id, 1, ARRAY[b.bound_at]
    FROM referrals_bond b WHERE b.inviter_id = ANY(%(roots)s)
    UNION ALL
    SELECT b.id, b.invited_id, down.depth + 1, down.path || b.bound_at
    FROM down
    LEFT JOIN identity_map now ON now.key = down.invited_id
    JOIN referrals_bond b ON b.inviter_id = down.invited_id OR b.inviter_id = now.member_id
    WHERE down.depth < %(deepest)s
)
SELECT bond_id, depth FROM down ORDER BY path LIMIT %(most)s
"""


@dataclass(frozen=True)
class Branch:
    """One friend in a tree: how deep, and what they ordered since they came."""

    bond: Bond
    depth: int
    orders: int
    sales_minor: int


@dataclass(frozen=True)
class Leader:
    """Somebody who brings friends: how many came, how many were rewarded, what the friends ordered since."""

    member_id: UUID
    friends: int
    rewarded: int
    held: int
    orders: int
    sales_minor: int


def list_invitations(state: str = "", member_ids: Collection[UUID] | None = None) -> QuerySet[Bond]:
    """Return bonds: in a state, of some inviters."""
    found = Bond.objects.select_related("programme", "inviter", "invited")
    if member_ids is not None:
        found = found.filter(inviter_id__in=member_ids)
    return found.filter(state=state) if state else found


def list_own_invitations(member_id: UUID) -> list[Bond]:
    """Return whom a member brought, newest first."""
    return list(list_invitations(member_ids=list_own_ids(member_id)).order_by("-bound_at")[:200])


def find_own_bond(member_id: UUID) -> Bond | None:
    """Return by whom a member was brought, or None."""
    return (
        Bond.objects.select_related("programme", "inviter")
        .filter(invited_id__in=list_own_ids(member_id))
        .first()
    )


def list_own_rewards(member_id: UUID) -> list[Reward]:
    """Return what a member got for invitations, newest first."""
    rows = Reward.objects.filter(member_id__in=list_own_ids(member_id)).select_related("bond")
    return list(rows.order_by("-at", "-id")[:200])


def count_states(programme_id: UUID | None = None) -> dict[str, int]:
    """Return how many invitations stand where."""
    found = Bond.objects.all() if programme_id is None else Bond.objects.filter(programme_id=programme_id)
    return dict(found.values_list("state").annotate(count=Count("id")))


def list_tree(member_id: UUID) -> list[Branch]:
    """Return whom a member brought, below each whom they brought, and so on; at most 500, 50 deep."""
    values: dict[str, Any] = {"roots": list_own_ids(member_id), "deepest": DEEPEST, "most": MOST_IN_TREE}
    with connection.cursor() as cursor:
        cursor.execute(_DOWN, values)
        depths = dict(cursor.fetchall())
    bonds = {bond.id: bond for bond in list_invitations().filter(pk__in=depths)}
    brought = _orders_of(list(bonds.values()))
    return [
        Branch(bonds[key], depth, *brought.get(bonds[key].invited_id, (0, 0)))
        for key, depth in depths.items()
    ]


def list_leaders() -> list[Leader]:
    """Return who brought the most friends, with what these have ordered since."""
    rows = (
        Bond.objects.values("inviter_id")
        .annotate(
            friends=Count("id"),
            rewarded=Count("id", filter=Q(state=Bond.State.REWARDED)),
            held=Count("id", filter=Q(state=Bond.State.REVIEW)),
        )
        .order_by("-friends", "inviter_id")[:MOST_LEADERS]
    )
    bonds = list(Bond.objects.filter(inviter_id__in=[row["inviter_id"] for row in rows]))
    brought = _orders_of(bonds)
    leaders = []
    for row in rows:
        own = [brought.get(b.invited_id, (0, 0)) for b in bonds if b.inviter_id == row["inviter_id"]]
        leaders.append(
            Leader(
                row["inviter_id"],
                row["friends"],
                row["rewarded"],
                row["held"],
                sum(orders for orders, _sales in own),
                sum(sales for _orders, sales in own),
            )
        )
    return leaders


def _orders_of(bonds: list[Bond]) -> dict[UUID, tuple[int, int]]:
    """Return orders and sales of invited members since they came, by the id in their bond."""
    present = present_ids({bond.invited_id for bond in bonds})
    since: dict[UUID, datetime] = {present[bond.invited_id]: bond.bound_at for bond in bonds}
    found = sum_orders(since, list_ids_of(since), get_brand().currency)
    return {bond.invited_id: found.get(present[bond.invited_id], (0, 0)) for bond in bonds}
