"""The one door through which value moves. The rest of this noun says *what* is to move; this writes it.

The order is always the same: check the entries · note the transactions · resolve holds · find the accounts ·
    move their balances in the order of their ids, each within its bounds · take or give lots · write the
    postings.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import Running, running_action
from qunying.kernel.ids import derived_id
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.accounts import FREE_PURPOSE, HELD_PURPOSE, AccountRef, Purpose, has_lots
from qunying.ledger.balances import lock_accounts, move_balances, open_accounts
from qunying.ledger.entries import Entry, Line, UnbalancedEntry, check
from qunying.ledger.holds import resolve_holds
from qunying.ledger.lots import Part, give_back, lot_of, take_from_lot, take_units
from qunying.ledger.models import Lot


class AlreadyPosted(Problem):
    """A transaction of this id is in the book."""

    code = "already_posted"
    kind = Kind.CONFLICT
    message = _("This has been posted before.")


@dataclass(frozen=True)
class _Row:
    """A posting to be."""

    transaction_id: UUID
    line: int
    account_id: int
    amount: int
    lot_id: UUID | None


@dataclass
class _Draft:
    """An entry on its way into the book: its id, its command, and its lines with those of its holds."""

    id: UUID
    entry: Entry
    running: Running
    lines: list[tuple[Line, UUID | None]]  # the second is the hold that a line takes units for


def write(entries: Sequence[Entry], runnings: Sequence[Running] | None = None) -> list[UUID]:
    """Write entries, all or none, inside the action in progress; return the ids of the transactions.

    Args:
        runnings: the command that each entry belongs to, where those of several commands are written together.

    Raises:
        UnbalancedEntry, AmountOutOfRange, TooManyLines: see ``entries.check``.
        AlreadyPosted: a transaction of the id is there.
        HoldNotOpen: a hold to be settled or released is no longer open.
        InsufficientBalance, BudgetExhausted: an account would leave its bounds.
    """
    check(list(entries))
    commands = runnings or [_running()] * len(entries)
    drafts = [_draft(entry, running) for entry, running in zip(entries, commands, strict=True)]
    _note_transactions(drafts)
    for draft in drafts:
        _add_hold_lines(draft, draft.running.now)
    refs = {line.account for draft in drafts for line, _hold in draft.lines}
    refs |= {
        ref.beside(Purpose.DEBT) for ref in refs if has_lots(ref.asset) and ref.purpose == Purpose.AVAILABLE
    }
    ids = open_accounts(refs)
    _repay_debts(drafts, ids)
    _move(drafts, ids)
    _write_holds(drafts, ids)
    new_lots: list[Lot] = []
    rows = [row for draft in drafts for row in _rows(draft, ids, draft.running.now, new_lots)]
    Lot.objects.bulk_create(new_lots)
    _write_postings(rows)
    return [draft.id for draft in drafts]


def transaction_id_of(kind: str, part: str, running: Running) -> UUID:
    """Return the id that the transaction of an entry without an id of its own has in the action in progress."""
    return derived_id("transaction", running.actor.key, running.command_id, kind, part)


def _draft(entry: Entry, running: Running) -> _Draft:
    lines: list[tuple[Line, UUID | None]] = [(line, None) for line in entry.lines]
    return _Draft(entry.id or transaction_id_of(entry.kind, entry.part, running), entry, running, lines)


def _running() -> Running:
    running = running_action()
    if running is None:
        raise RuntimeError("value moves only inside an action")
    return running


def _note_transactions(drafts: list[_Draft]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_transaction (id, kind, reason, actor, command_id, campaign_id,"
            " source_event_id, business_at, recorded_at, reverses_id, policy_version)"
            " SELECT w.id, w.kind, w.reason, w.actor, w.command_id, w.campaign_id,"
            "  w.source_event_id, w.business_at, w.recorded_at, w.reverses_id, 1"
            " FROM unnest(%s::text[], %s::text[], %s::timestamptz[], %s::uuid[], %s::text[], %s::text[], %s::uuid[],"
            "  %s::uuid[], %s::timestamptz[], %s::uuid[])"
            " AS w(actor, command_id, recorded_at, id, kind, reason, campaign_id, source_event_id, business_at,"
            "  reverses_id)"
            " ON CONFLICT (id) DO NOTHING",
            [
                [draft.running.actor.key for draft in drafts],
                [draft.running.command_id for draft in drafts],
                [draft.running.now for draft in drafts],
                [draft.id for draft in drafts],
                [draft.entry.kind for draft in drafts],
                [draft.entry.reason for draft in drafts],
                [draft.entry.campaign_id for draft in drafts],
                [draft.entry.source_event_id for draft in drafts],
                [draft.entry.business_at or draft.running.now for draft in drafts],
                [draft.entry.reverses for draft in drafts],
            ],
        )
        if cursor.rowcount != len(drafts):
            raise AlreadyPosted


def _add_hold_lines(draft: _Draft, now: datetime) -> None:
    entry = draft.entry
    for hold in entry.holds:
        held = hold.account.beside(HELD_PURPOSE[hold.account.purpose])
        draft.lines.append((Line(hold.account, -hold.amount), hold.id))
        draft.lines.append((Line(held, hold.amount), None))
    if not entry.settlements and not entry.releases:
        return
    resolved = resolve_holds(entry.settlements, entry.releases, transaction_id=draft.id, now=now)
    for settlement in entry.settlements:
        held, amount = resolved[settlement.hold_id]
        if settlement.to.asset != held.asset:
            raise UnbalancedEntry(asset=held.asset, total=-amount)
        draft.lines.append((Line(held, -amount), None))
        if settlement.amount:
            draft.lines.append((Line(settlement.to, settlement.amount), None))
        if settlement.amount < amount:
            draft.lines.append((_back(held, amount - settlement.amount, settlement.hold_id), None))
    for release in entry.releases:
        held, amount = resolved[release.hold_id]
        draft.lines.append((Line(held, -amount), None))
        draft.lines.append((_back(held, amount, release.hold_id), None))


def _back(held: AccountRef, amount: int, hold_id: UUID) -> Line:
    return Line(held.beside(FREE_PURPOSE[held.purpose]), amount, returns=hold_id)


def _repay_debts(drafts: list[_Draft], ids: dict[AccountRef, int]) -> None:
    """Let credits to a member in debt repay it first.

    Locks what is about to move, so that the debt cannot grow meanwhile.
    """
    if not any(_is_lot_line(line) and line.amount > 0 for draft in drafts for line, _hold in draft.lines):
        return
    balances = lock_accounts(ids.values())
    for draft in drafts:
        repaid: list[tuple[Line, UUID | None]] = []
        for line, hold in draft.lines:
            debt_ref = line.account.beside(Purpose.DEBT)
            owed = -balances.get(ids.get(debt_ref, 0), 0) if _is_lot_line(line) and line.amount > 0 else 0
            part = min(owed, line.amount)
            if part > 0:
                balances[ids[debt_ref]] += part
                repaid.append((Line(debt_ref, part), None))
            if line.amount - max(part, 0):
                repaid.append((replace(line, amount=line.amount - max(part, 0)), hold))
        draft.lines = repaid


def _is_lot_line(line: Line) -> bool:
    return has_lots(line.account.asset) and line.account.purpose == Purpose.AVAILABLE


def _move(drafts: list[_Draft], ids: dict[AccountRef, int]) -> None:
    deltas: dict[int, int] = defaultdict(int)
    for draft in drafts:
        for line, _hold in draft.lines:
            deltas[ids[line.account]] += line.amount
    move_balances(deltas, {key: ref for ref, key in ids.items()})


def _write_holds(drafts: list[_Draft], ids: dict[AccountRef, int]) -> None:
    holds = [(draft.id, hold) for draft in drafts for hold in draft.entry.holds]
    if not holds:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_hold (id, account_id, held_account_id, placed_by_id, amount,"
            " settled_amount, state, expires_at)"
            " SELECT w.id, w.account_id, w.held_account_id, w.placed_by_id, w.amount, 0, 'open', w.expires_at"
            " FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[], %s::uuid[], %s::bigint[],"
            "  %s::timestamptz[])"
            " AS w(id, account_id, held_account_id, placed_by_id, amount, expires_at)",
            [
                [hold.id for _key, hold in holds],
                [ids[hold.account] for _key, hold in holds],
                [ids[hold.account.beside(HELD_PURPOSE[hold.account.purpose])] for _key, hold in holds],
                [key for key, _hold in holds],
                [hold.amount for _key, hold in holds],
                [hold.expires_at for _key, hold in holds],
            ],
        )


def _rows(draft: _Draft, ids: dict[AccountRef, int], now: datetime, new_lots: list[Lot]) -> list[_Row]:
    """Return the postings of a draft. Lots of credits are written together at the end, or before units are taken."""
    rows: list[_Row] = []
    for line, hold_id in draft.lines:
        account_id = ids[line.account]
        if not _is_lot_line(line):
            rows.append(_Row(draft.id, len(rows), account_id, line.amount, None))
            continue
        if line.amount > 0 and line.returns is None:
            lot = lot_of(
                account_id=account_id,
                amount=line.amount,
                expires_at=line.expires_at,
                transaction_id=draft.id,
                line=len(rows),
                now=now,
                origin_id=line.lot_id,
            )
            new_lots.append(lot)
            rows.append(_Row(draft.id, len(rows), account_id, line.amount, lot.id))
            continue
        Lot.objects.bulk_create(new_lots)
        new_lots.clear()
        for part in _parts(line, draft.id, hold_id, account_id, len(rows), now):
            rows.append(_Row(draft.id, len(rows), account_id, part.amount, part.lot_id))
    return rows


def _parts(
    line: Line, transaction_id: UUID, hold_id: UUID | None, account_id: int, position: int, now: datetime
) -> list[Part]:
    if line.amount < 0 and line.lot_id is not None:
        take_from_lot(line.lot_id, -line.amount)
        return [Part(line.lot_id, line.amount)]
    if line.amount < 0:
        return take_units(
            account_id=account_id,
            amount=-line.amount,
            transaction_id=transaction_id,
            hold_id=hold_id,
            asset=line.account.asset,
            now=now,
        )
    if line.returns is None:
        raise ValueError("a credit of its own makes a lot of its own")
    return give_back(
        account_id=account_id,
        amount=line.amount,
        of=line.returns,
        transaction_id=transaction_id,
        line=position,
        now=now,
    )


def _write_postings(rows: Iterable[_Row]) -> None:
    columns = list(
        zip(*((r.transaction_id, r.line, r.account_id, r.amount, r.lot_id) for r in rows), strict=True)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO ledger_posting (transaction_id, line, account_id, amount, lot_id)"
            " SELECT * FROM unnest(%s::uuid[], %s::smallint[], %s::bigint[], %s::bigint[], %s::uuid[])",
            [list(column) for column in columns],
        )
