"""Holds: what was set aside ends once."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import AccountRef, OwnerKind, Purpose
from qunying.ledger.entries import AmountOutOfRange, Release, Settlement


class HoldNotOpen(Problem):
    """The hold was settled, given back or has lapsed."""

    code = "hold_not_open"
    kind = Kind.CONFLICT
    message = _("This reservation is no longer open.")


def resolve_holds(
    settlements: Sequence[Settlement], releases: Sequence[Release], *, transaction_id: UUID, now: datetime
) -> dict[UUID, tuple[AccountRef, int]]:
    """End open holds and return the account where the units of each are, with the amount.

    One guarded update: a settlement needs a hold whose time is not over, a lapse one whose time is, so that
        whoever comes second, user or sweeper, changes nothing.

    Raises:
        HoldNotOpen: when one of the holds had ended before.
        AmountOutOfRange: when more is to be settled than was held.
    """
    wanted = [(s.hold_id, "settled", s.amount) for s in settlements] + [
        (r.hold_id, r.state, 0) for r in releases
    ]
    unguarded = disabled_guard("ledger.hold_guard")
    if unguarded:
        _look(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH locked AS MATERIALIZED ("
            "  SELECT id FROM ledger_hold WHERE id = ANY(%s::uuid[]) ORDER BY id FOR UPDATE)"
            " UPDATE ledger_hold h SET"
            "  state = w.state, settled_amount = w.amount, resolved_by_id = %s, resolved_at = %s"
            " FROM locked JOIN unnest(%s::uuid[], %s::text[], %s::bigint[]) AS w(id, state, amount)"
            "  USING (id), ledger_account a"
            " WHERE h.id = locked.id AND a.id = h.held_account_id AND w.amount <= h.amount"
            " AND CASE w.state WHEN 'settled' THEN h.expires_at IS NULL OR h.expires_at > %s"
            "  WHEN 'expired' THEN h.expires_at <= %s ELSE true END AND (h.state = 'open' OR %s)"
            " RETURNING h.id, a.owner_kind, a.owner_id, a.asset, a.purpose, h.amount",
            [
                [key for key, _state, _amount in wanted],
                transaction_id,
                now,
                [key for key, _state, _amount in wanted],
                [state for _key, state, _amount in wanted],
                [amount for _key, _state, amount in wanted],
                now,
                now,
                unguarded,
            ],
        )
        rows = cursor.fetchall()
    if len(rows) != len(wanted):
        _refuse(wanted)
    return {
        key: (AccountRef(OwnerKind(kind), owner, asset, Purpose(use)), amount)
        for key, kind, owner, asset, use, amount in rows
    }


def _refuse(wanted: list[tuple[UUID, str, int]]) -> None:
    for key, state, amount in wanted:
        with connection.cursor() as cursor:
            cursor.execute("SELECT amount FROM ledger_hold WHERE id = %s AND state = 'open'", [key])
            row = cursor.fetchone()
        if row is not None and state == "settled" and amount > row[0]:
            raise AmountOutOfRange(amount=amount, largest=row[0])
    raise HoldNotOpen


def _look(wanted: list[tuple[UUID, str, int]]) -> None:
    """Look before leaping, which is no guard. Only for the twins of race tests."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM ledger_hold WHERE id = ANY(%s::uuid[]) AND state = 'open'",
            [[key for key, _state, _amount in wanted]],
        )
        (still_open,) = cursor.fetchone()
    if still_open != len(wanted):
        raise HoldNotOpen
    failpoint("ledger.hold_checked")
