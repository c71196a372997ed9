"""Bring what merged members still hold to whom they are now."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import batched
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.ledger.accounts import POINTS, AccountRef, OwnerKind, Purpose, is_money
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line
from qunying.ledger.queries.get_balance import list_balances
from qunying.ledger.queries.list_lots import count_usable, list_alive
from qunying.members.queries.get_member import list_own_ids, lock_member

CARRIED = "carried_over"
MOST_LOTS = 60


@dataclass(frozen=True)
class CarriedOver:
    """How many points came over, and how many were owed."""

    points: int
    debt: int


@action
def carry_balances_over(*, command_id: str, actor: Actor, now: datetime, member_id: UUID) -> CarriedOver:
    """Move points (each lot with its end), money, chances and debts of those who were merged into a member to the member.

    Points that are pending come when they mature. Growth value and coupons count under all ids as they are and stay. A
    debt is paid from what the member has. Nothing moves when nothing is there, so it may run as often as it likes.

    Raises:
        MemberNotFound: there is no such member.
    """
    member = lock_member(member_id)
    act = Act(command_id=command_id, actor=actor, now=now)
    points = debt = 0
    for own in list_own_ids(member.id)[1:]:
        held = dict(list_balances(OwnerKind.MEMBER, own))
        for ref in sorted(held):
            if ref.purpose != Purpose.AVAILABLE or not _follows(ref.asset):
                continue
            to = AccountRef(OwnerKind.MEMBER, member.id, ref.asset, Purpose.AVAILABLE)
            for number, lines in enumerate(_moves(ref, to, held[ref], now)):
                points += -lines[0].amount if ref.asset == POINTS else 0
                part = f"{own}:{ref.asset}:{number}"
                post(**act, entry=Entry(kind=CARRIED, part=part, lines=lines))
        owed = AccountRef(OwnerKind.MEMBER, own, POINTS, Purpose.DEBT)
        if held.get(owed):
            debt += -held[owed]
            lines = _debt_lines(owed, member.id, -held[owed], now)
            post(**act, entry=Entry(kind=CARRIED, part=f"{own}:debt", lines=lines))
    return CarriedOver(points, debt)


def _follows(asset: str) -> bool:
    return asset == POINTS or is_money(asset) or asset.startswith("chance:")


def _moves(ref: AccountRef, to: AccountRef, balance: int, now: datetime) -> Iterator[tuple[Line, ...]]:
    """Return the lines of each movement. Lots that have ended stay and are swept where they are."""
    if ref.asset != POINTS:
        yield (Line(ref, -balance), Line(to, balance))
        return
    for lots in batched(list_alive(ref, now), MOST_LOTS):
        units = sum(lot.remaining for lot in lots)
        came = (Line(to, lot.remaining, expires_at=lot.expires_at, lot_id=lot.id) for lot in lots)
        yield (Line(ref, -units), *came)


def _debt_lines(owed: AccountRef, member_id: UUID, units: int, now: datetime) -> tuple[Line, ...]:
    available = AccountRef(OwnerKind.MEMBER, member_id, POINTS, Purpose.AVAILABLE)
    paid = min(units, count_usable(available, now))
    lines = [Line(owed, units)]
    if paid:
        lines.append(Line(available, -paid))
    if units > paid:
        lines.append(Line(available.beside(Purpose.DEBT), paid - units))
    return tuple(lines)
