"""Short words for tests of the book."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from qunying.kernel.actors import Actor, system
from qunying.ledger.accounts import POINTS, AccountRef, Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.entries import Entry, Line

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
ACTOR = system("test")


def run(
    action: Any, *, now: datetime = NOW, actor: Actor = ACTOR, command_id: str | None = None, **arguments: Any
) -> Any:
    """Run an action under a command of its own."""
    return action(command_id=command_id or str(uuid4()), actor=actor, now=now, **arguments)


def points_of(member_id: UUID, purpose: Purpose = Purpose.AVAILABLE) -> AccountRef:
    """Return a member's points account."""
    return of_member(member_id, POINTS, purpose)


def give_points(
    member_id: UUID, amount: int, *, expires_at: datetime | None = None, now: datetime = NOW
) -> UUID:
    """Credit points and return the transaction."""
    lines = (
        Line(of_brand(POINTS, Purpose.ISSUANCE), -amount),
        Line(points_of(member_id), amount, expires_at=expires_at),
    )
    return UUID(str(run(post, now=now, entry=Entry(kind="points_granted", lines=lines))))


def spend(member_id: UUID, amount: int, *, now: datetime = NOW) -> UUID:
    """Spend points and return the transaction."""
    lines = (Line(points_of(member_id), -amount), Line(of_brand(POINTS, Purpose.REDEEMED), amount))
    return UUID(str(run(post, now=now, entry=Entry(kind="points_spent", lines=lines))))
