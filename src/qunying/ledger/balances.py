"""Accounts at work: opening them, locking them in one order, moving their balances under guard."""

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import CEILINGS, FLOORS, AccountRef, OwnerKind, Purpose


class InsufficientBalance(Problem):
    """The account does not hold what is to be taken from it."""

    code = "insufficient_balance"
    kind = Kind.CONFLICT
    message = _("Not enough is left: {balance} of {asset} in the account, {wanted} wanted.")


class BudgetExhausted(Problem):
    """The campaign's budget does not hold what is to be taken from it."""

    code = "budget_exhausted"
    kind = Kind.CONFLICT
    message = _("The budget of this campaign is used up.")


def open_accounts(refs: Iterable[AccountRef]) -> dict[AccountRef, int]:
    """Return the account ids of the names, opening the accounts that are not there yet."""
    wanted = sorted(set(refs))
    found = _find(wanted)
    missing = [ref for ref in wanted if ref not in found]
    if missing:
        _insert(missing)
        found = _find(wanted)
    return found


def _columns(refs: list[AccountRef]) -> list[list[Any]]:
    return [
        [ref.owner_kind.value for ref in refs],
        [ref.owner_id for ref in refs],
        [ref.asset for ref in refs],
        [ref.purpose.value for ref in refs],
    ]


def _find(refs: list[AccountRef]) -> dict[AccountRef, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.id, a.owner_kind, a.owner_id, a.asset, a.purpose FROM ledger_account a"
            " JOIN unnest(%s::text[], %s::uuid[], %s::text[], %s::text[])"
            " AS w(owner_kind, owner_id, asset, purpose)"
            " USING (owner_kind, owner_id, asset, purpose)",
            _columns(refs),
        )
        rows = cursor.fetchall()
    return {
        AccountRef(OwnerKind(kind), owner, asset, Purpose(use)): key for key, kind, owner, asset, use in rows
    }


def _insert(refs: list[AccountRef]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_account"
            " (owner_kind, owner_id, asset, purpose, floor, ceiling, balance, version)"
            " SELECT w.*, 0, 0"
            " FROM unnest(%s::text[], %s::uuid[], %s::text[], %s::text[], %s::bigint[], %s::bigint[]) AS w"
            " ON CONFLICT (owner_kind, owner_id, asset, purpose) DO NOTHING",
            [
                *_columns(refs),
                [FLOORS.get(ref.purpose, 0) for ref in refs],
                [CEILINGS.get(ref.purpose) for ref in refs],
            ],
        )


def lock_accounts(ids: Iterable[int]) -> dict[int, int]:
    """Lock accounts in the order of their ids and return their balances."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, balance FROM ledger_account WHERE id = ANY(%s) ORDER BY id FOR UPDATE",
            [sorted(set(ids))],
        )
        return dict(cursor.fetchall())


def move_balances(deltas: Mapping[int, int], names: Mapping[int, AccountRef]) -> None:
    """Change balances, all or none, taking the rows in the order of their ids; each stays within its bounds.

    Raises:
        InsufficientBalance: when an account would leave its bounds (``BudgetExhausted`` for a campaign's
            budget).
    """
    ids = sorted(deltas)
    if disabled_guard("ledger.balance_guard"):
        _move_unguarded(deltas, names)
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH wanted AS (SELECT * FROM unnest(%s::bigint[], %s::bigint[]) AS w(id, delta)),"
            " locked AS MATERIALIZED ("
            "  SELECT a.id FROM ledger_account a WHERE a.id = ANY(%s::bigint[]) ORDER BY a.id FOR UPDATE)"
            " UPDATE ledger_account a SET balance = a.balance + w.delta, version = a.version + 1"
            " FROM locked JOIN wanted w USING (id) WHERE a.id = locked.id"
            "  AND (a.floor IS NULL OR w.delta >= 0 OR a.balance + w.delta >= a.floor)"
            "  AND (a.ceiling IS NULL OR w.delta <= 0 OR a.balance + w.delta <= a.ceiling)"
            " RETURNING a.id",
            [ids, [deltas[key] for key in ids], ids],
        )
        moved = {key for (key,) in cursor.fetchall()}
    if len(moved) < len(ids):
        _refuse(next(key for key in ids if key not in moved), deltas, names)


def _refuse(key: int, deltas: Mapping[int, int], names: Mapping[int, AccountRef]) -> None:
    if names[key].purpose == Purpose.BUDGET:
        raise BudgetExhausted
    with connection.cursor() as cursor:
        cursor.execute("SELECT balance FROM ledger_account WHERE id = %s", [key])
        (balance,) = cursor.fetchone()
    raise InsufficientBalance(balance=balance, wanted=-deltas[key], asset=names[key].asset)


def _move_unguarded(deltas: Mapping[int, int], names: Mapping[int, AccountRef]) -> None:
    """Read, decide, write: what the guard is there to prevent. Only for the twins of race tests."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, balance, floor FROM ledger_account WHERE id = ANY(%s)", [list(deltas)])
        read = {key: (balance, floor) for key, balance, floor in cursor.fetchall()}
        for key, (balance, floor) in read.items():
            if floor is not None and balance + deltas[key] < floor:
                _refuse(key, deltas, names)
        failpoint("ledger.balance_checked")
        for key, (balance, _floor) in read.items():
            cursor.execute(
                "UPDATE ledger_account SET balance = %s WHERE id = %s", [balance + deltas[key], key]
            )
