"""How a transaction is taken back: which lines undo it, and what happens when the units are gone.

What a member was given is taken from the lots that it made, from what of them has already expired, from the
member's other lots, and what is still missing becomes a debt. What a member gave goes back to the lots that
it came from.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import FREE_PURPOSE, AccountRef, OwnerKind, Purpose, has_lots, of_brand
from qunying.ledger.balances import lock_accounts, open_accounts
from qunying.ledger.entries import Line
from qunying.ledger.lots import SPEND_ORDER, lots_of, take_from_expired
from qunying.ledger.models import Hold, Lot, Posting, ReversedTotal, Transaction


class UnknownTransaction(Problem):
    """There is no such transaction."""

    code = "unknown_transaction"
    kind = Kind.NOT_FOUND
    message = _("There is no such transaction.")


class NotReversible(Problem):
    """The transaction set something aside, or is itself a reversal."""

    code = "not_reversible"
    kind = Kind.CONFLICT
    message = _(
        "This cannot be taken back: it is a reversal itself, or its reservation is to be released instead."
    )


class PartNotReversible(Problem):
    """Only a movement between two accounts can be taken back in part."""

    code = "part_not_reversible"
    kind = Kind.INVALID
    message = _("This transaction can only be taken back whole.")


class ReversedTooMuch(Problem):
    """More would be taken back than was moved."""

    code = "reversed_too_much"
    kind = Kind.CONFLICT
    message = _("Only {left} of this transaction is left to be taken back.")


@dataclass(frozen=True)
class Undoing:
    """The lines that take a transaction back, the amount, and the part of it that became a debt."""

    lines: tuple[Line, ...]
    amount: int
    debt: int


def plan_undoing(original: Transaction, amount: int | None, now: datetime) -> Undoing:
    """Count an amount (None: all that is left) as taken back, lock the accounts, and return the lines.

    Raises:
        NotReversible, PartNotReversible, ReversedTooMuch.
    """
    if original.reverses_id is not None or Hold.objects.filter(placed_by=original).exists():
        raise NotReversible
    nets = _nets(original)
    moved = sum(net for net in nets.values() if net > 0)
    if moved == 0:
        raise NotReversible
    whole = amount is None
    wanted = _left(original, moved) if amount is None else amount
    if wanted != moved and len(nets) != 2 and not _repaid_a_debt(nets):
        if whole:
            raise ReversedTooMuch(left=0)
        raise PartNotReversible
    _count_reversed(original, wanted, moved)
    lines, debt = _lines(original, _changes(original, nets, wanted, moved), now)
    return Undoing(tuple(lines), wanted, debt)


def _nets(original: Transaction) -> dict[AccountRef, int]:
    """Return what the transaction did to each account; held units count where they came from."""
    nets: dict[AccountRef, int] = defaultdict(int)
    for posting in Posting.objects.filter(transaction=original).select_related("account").order_by("line"):
        account = posting.account
        purpose = Purpose(account.purpose)
        ref = AccountRef(
            OwnerKind(account.owner_kind), account.owner_id, account.asset, FREE_PURPOSE.get(purpose, purpose)
        )
        nets[ref] += posting.amount
    return {ref: net for ref, net in nets.items() if net}


def _repaid_a_debt(nets: dict[AccountRef, int]) -> bool:
    """Tell whether the transaction gave one member units of which a part repaid their debt."""
    gained = [ref for ref, net in nets.items() if net > 0]
    return (
        len(nets) == 3
        and {ref.purpose for ref in gained} == {Purpose.AVAILABLE, Purpose.DEBT}
        and len({(ref.owner_kind, ref.owner_id, ref.asset) for ref in gained}) == 1
    )


def _changes(
    original: Transaction, nets: dict[AccountRef, int], wanted: int, moved: int
) -> dict[AccountRef, int]:
    """Return by how much each account changes. Of a credit that repaid a debt, the part that became available goes first."""
    if wanted == moved or len(nets) == 2:
        return {
            ref: -net if wanted == moved else (-wanted if net > 0 else wanted) for ref, net in nets.items()
        }
    before = ReversedTotal.objects.get(pk=original.pk).reversed - wanted
    changes = {}
    for ref, net in nets.items():
        if net < 0:
            changes[ref] = wanted
        elif ref.purpose == Purpose.AVAILABLE:
            changes[ref] = -(min(net, before + wanted) - min(net, before))
        else:
            free = moved - net
            changes[ref] = -(max(0, before + wanted - free) - max(0, before - free))
    return {ref: change for ref, change in changes.items() if change}


def _left(original: Transaction, moved: int) -> int:
    before = ReversedTotal.objects.filter(pk=original.pk).first()
    left = moved - (before.reversed if before else 0)
    if left <= 0:
        raise ReversedTooMuch(left=0)
    return left


def _count_reversed(original: Transaction, amount: int, moved: int) -> None:
    if amount <= 0 or amount > moved:
        raise ReversedTooMuch(left=moved)
    unguarded = disabled_guard("ledger.reversal_guard")
    if unguarded:
        if _left(original, moved) < amount:
            raise ReversedTooMuch(left=0)
        failpoint("ledger.reversal_checked")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_reversedtotal (transaction_id, original, reversed) VALUES (%s, %s, %s)"
            " ON CONFLICT (transaction_id) DO UPDATE"
            " SET reversed = ledger_reversedtotal.reversed + excluded.reversed"
            " WHERE ledger_reversedtotal.reversed + excluded.reversed <= ledger_reversedtotal.original OR %s"
            " RETURNING reversed",
            [original.pk, moved, amount, unguarded],
        )
        if cursor.fetchone() is None:
            raise ReversedTooMuch(left=moved - ReversedTotal.objects.get(pk=original.pk).reversed)


def _lines(original: Transaction, changes: dict[AccountRef, int], now: datetime) -> tuple[list[Line], int]:
    lines: list[Line] = []
    debt = 0
    touched = set(changes)
    for ref in changes:
        if _is_in_lots(ref):
            touched |= {ref.beside(Purpose.DEBT), of_brand(ref.asset, Purpose.BREAKAGE)}
    accounts = open_accounts(touched)
    lock_accounts(accounts.values())
    for ref, change in changes.items():
        if not _is_in_lots(ref):
            lines.append(Line(ref, change))
        elif change > 0:
            lines.append(Line(ref, change, returns=original.pk))
        else:
            taken, missing = _take_back(original, ref, accounts[ref], -change, now)
            lines += taken
            debt += missing
            if missing:
                lines.append(Line(ref.beside(Purpose.DEBT), -missing))
    return lines, debt


def _is_in_lots(ref: AccountRef) -> bool:
    return has_lots(ref.asset) and ref.purpose == Purpose.AVAILABLE


def _take_back(
    original: Transaction, ref: AccountRef, account_id: int, amount: int, now: datetime
) -> tuple[list[Line], int]:
    """Return lines that take units from a member whose account is locked, and how many are missing."""
    lines: list[Line] = []
    own = [lot for lot in lots_of(original.pk) if lot.account.asset == ref.asset]
    for lot in own:
        used = min(amount, lot.remaining) if lot.account_id == account_id else 0
        if used:
            lines.append(Line(ref, -used, lot_id=lot.id))
            amount -= used
    expired = 0
    for lot in own:
        expired += take_from_expired(lot, amount - expired)
    if expired:
        lines.append(Line(of_brand(ref.asset, Purpose.BREAKAGE), -expired))
        amount -= expired
    others = Lot.objects.filter(account_id=account_id, remaining__gt=0).exclude(
        pk__in=[lot.pk for lot in own]
    )
    for lot in others.exclude(expires_at__lte=now).order_by(*SPEND_ORDER):
        used = min(amount, lot.remaining)
        if used:
            lines.append(Line(ref, -used, lot_id=lot.id))
            amount -= used
    return lines, amount


def get_transaction(transaction_id: UUID) -> Transaction:
    """Return a transaction.

    Raises:
        UnknownTransaction: when there is none.
    """
    found = Transaction.objects.filter(pk=transaction_id).first()
    if found is None:
        raise UnknownTransaction
    return found
