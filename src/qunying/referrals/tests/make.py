"""Invitations for tests, made through the actions that everybody uses."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.referrals.actions.accept_invitation import accept_invitation
from qunying.referrals.actions.make_code import make_code
from qunying.referrals.actions.note_order import note_order
from qunying.referrals.actions.open_programme import open_programme
from qunying.referrals.actions.settle_invitation import settle_invitation
from qunying.referrals.actions.write_programme import write_programme
from qunying.referrals.drafting import Promise
from qunying.referrals.models import Bond, Programme
from qunying.shop.models import Order
from qunying.shop.tests.make import make_order

DAY = timedelta(days=1)
LATER = NOW + 8 * DAY


def promise(**changes: Any) -> Promise:
    """Return a promise: 100 points for the inviter and 50 for the friend, with a first order of 50.00, after 7 days."""
    typed = {
        "name": "Bring a friend",
        "least_order_minor": 5_000,
        "inviter_points": 100,
        "invited_points": 50,
    }
    return Promise(**{**typed, **changes})


def make_programme(*, opened: bool = True, now: datetime = NOW - DAY, **changes: Any) -> Programme:
    """Return a programme, open unless told otherwise."""
    programme_id = run(write_programme, now=now, promise=promise(**changes))
    if opened:
        run(open_programme, now=now, programme_id=programme_id)
    return Programme.objects.get(pk=programme_id)


def bring(
    inviter_id: UUID, friend_id: UUID | None = None, *, now: datetime = NOW, address: str = "", **rest: Any
) -> Bond:
    """Bring a friend, a new member unless told otherwise, and return the bond."""
    code = run(make_code, now=now, member_id=inviter_id)
    friend_id = friend_id or make_member(now=now).id
    done = run(accept_invitation, now=now, member_id=friend_id, code=code, address=address, **rest)
    return Bond.objects.get(pk=done.bond_id)


def order(bond: Bond, amount_minor: int = 6_000, *, now: datetime = NOW) -> Order:
    """Let a friend order."""
    made = make_order(bond.invited_id, lines=[("A", 1, amount_minor)], placed_at=now)
    run(
        note_order,
        now=now,
        member_id=bond.invited_id,
        order_id=made.id,
        amount_minor=amount_minor,
        currency="CNY",
        paid_at=now,
    )
    return made


def settle(bond: Bond, *, now: datetime = LATER) -> Bond:
    """End the return window of a bond and return it as it stands."""
    run(settle_invitation, now=now, bond_id=bond.id)
    return Bond.objects.get(pk=bond.pk)
