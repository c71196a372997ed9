"""The hot verb of the book: one unit from a stock to a member, paid for by a budget, in one statement.

It serves the ordinary case only. When the next unit is one that came back, when an account is not there yet,
or when the stock or the budget has run out, it says so by changing nothing that stays, and the plain way
decides.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import LiteralString
from uuid import UUID

import psycopg
from django.db import connection, transaction

from qunying.kernel.actions import Running, running_action
from qunying.kernel.failpoints import disabled_guard
from qunying.ledger.accounts import Purpose, money_asset, of_brand, of_campaign, of_member
from qunying.ledger.book import transaction_id_of
from qunying.ledger.entries import Entry, Line, NewHold, check

# The pool comes first, then the accounts in the order of their ids, then the member's own: as everywhere in the book.
# They run when ``allowed`` has its one row, which names the member; nothing was done where ``mine`` has none.
ISSUE_STEPS: LiteralString = """
taken AS (
    UPDATE ledger_pool SET issued = issued + 1
    WHERE EXISTS (SELECT FROM allowed) AND id = %(pool)s::uuid AND returned = 0 AND issued < total AND state = 'open'
        AND (opens_at IS NULL OR opens_at <= %(now)s::timestamptz) AND (closes_at IS NULL OR closes_at > %(now)s::timestamptz)
    RETURNING issued
), noted AS (
    INSERT INTO ledger_transaction
        (id, kind, reason, actor, command_id, campaign_id, business_at, recorded_at, policy_version)
    SELECT %(transaction)s::uuid, %(kind)s::text, '', %(actor)s::text, %(command)s::text, %(campaign)s::uuid,
        %(now)s::timestamptz, %(now)s::timestamptz, 1 FROM taken
), locked AS MATERIALIZED (
    SELECT id, purpose FROM ledger_account
    WHERE (owner_kind, owner_id, asset, purpose) IN (
            ('brand', '00000000-0000-0000-0000-000000000000'::uuid, %(asset)s::text, 'issuance'),
            ('campaign', %(campaign)s::uuid, %(money)s::text, 'budget'),
            ('campaign', %(campaign)s::uuid, %(money)s::text, 'budget.held'))
        AND EXISTS (SELECT FROM taken)
    ORDER BY id FOR UPDATE
), moved AS (
    UPDATE ledger_account a SET version = a.version + 1, balance = a.balance
        + CASE a.purpose WHEN 'issuance' THEN -1 WHEN 'budget' THEN - %(amount)s::bigint ELSE %(amount)s::bigint END
    FROM locked
    WHERE a.id = locked.id AND (a.purpose <> 'budget' OR a.balance >= %(amount)s::bigint)
    RETURNING a.id, a.purpose
), mine AS (
    INSERT INTO ledger_account AS a (owner_kind, owner_id, asset, purpose, floor, balance, version)
    SELECT 'member', allowed.member_id, %(asset)s::text, 'member.available', 0, 1, 1
    FROM taken, allowed WHERE (SELECT count(*) FROM moved) = %(others)s::bigint
    ON CONFLICT (owner_kind, owner_id, asset, purpose)
        DO UPDATE SET balance = a.balance + 1, version = a.version + 1
    RETURNING id
), holding AS (
    INSERT INTO ledger_hold (id, account_id, held_account_id, placed_by_id, amount, settled_amount, state)
    SELECT %(hold)s::uuid, free.id, held.id, %(transaction)s::uuid, %(amount)s::bigint, 0, 'open'
    FROM moved free, moved held WHERE free.purpose = 'budget' AND held.purpose = 'budget.held'
), lines AS (
    INSERT INTO ledger_posting (transaction_id, line, account_id, amount)
    SELECT %(transaction)s::uuid, (CASE purpose WHEN 'issuance' THEN 0 WHEN 'budget' THEN 2 ELSE 3 END)::smallint, id,
        CASE purpose WHEN 'issuance' THEN -1 WHEN 'budget' THEN - %(amount)s::bigint ELSE %(amount)s::bigint END
    FROM moved
    UNION ALL SELECT %(transaction)s::uuid, 1::smallint, id, 1 FROM mine
)
"""
_ISSUE: LiteralString = (
    "WITH allowed AS (SELECT %(member)s::uuid AS member_id),"
    + ISSUE_STEPS
    + "SELECT issued FROM taken WHERE EXISTS (SELECT FROM mine)"
)


@dataclass(frozen=True)
class Issue:
    """One unit of a stock for a member, and the money to be held for it; without a hold there is no campaign.

    kind and part name the entry, as in ``entries.Entry``; the asset is the one that the stock's units are of.
    """

    kind: str
    part: str
    pool_id: UUID
    asset: str
    member_id: UUID
    campaign_id: UUID | None = None
    currency: str = ""
    hold_id: UUID | None = None
    hold_amount: int = 0


def entry_of(issue: Issue) -> Entry:
    """Return what an issue writes into the book."""
    lines = (
        Line(of_brand(issue.asset, Purpose.ISSUANCE), -1),
        Line(of_member(issue.member_id, issue.asset), 1),
    )
    holds: tuple[NewHold, ...] = ()
    if issue.hold_id is not None and issue.campaign_id is not None:
        holds = (NewHold(issue.hold_id, of_campaign(issue.campaign_id, issue.currency), issue.hold_amount),)
    return Entry(kind=issue.kind, part=issue.part, lines=lines, holds=holds, campaign_id=issue.campaign_id)


def values_of(issue: Issue, running: Running) -> dict[str, object]:
    """Return the values that the steps of an issue need, after checking it as the book does."""
    entry = entry_of(issue)
    check([entry])
    return {
        "pool": issue.pool_id,
        "now": running.now,
        "transaction": transaction_id_of(entry, running),
        "kind": issue.kind,
        "actor": running.actor.key,
        "command": running.command_id,
        "campaign": issue.campaign_id,
        "asset": issue.asset,
        "money": money_asset(issue.currency),
        "amount": issue.hold_amount,
        "member": issue.member_id,
        "hold": issue.hold_id,
        "others": 3 if entry.holds else 1,
    }


def may_issue_at_once() -> bool:
    """Tell whether no test has taken a guard away, which only the plain way can do without."""
    return not (disabled_guard("ledger.pool_guard") or disabled_guard("ledger.balance_guard"))


def issue_at_once(issue: Issue) -> int | None:
    """Do it in one statement and return the serial, or None when the case is not ordinary and nothing stays."""
    running = running_action()
    if running is None:
        raise RuntimeError("value moves only inside an action")
    if not may_issue_at_once():
        return None
    parameters = values_of(issue, running)
    savepoint = transaction.savepoint_create()
    serial = first_value(_ISSUE, parameters)
    if serial is None:
        transaction.savepoint_rollback(savepoint)
    else:
        transaction.savepoint_commit(savepoint)
    return serial


@cache
def numbered(statement: LiteralString) -> tuple[LiteralString, tuple[str, ...]]:
    """Return a statement with numbers for its named places, and the names in their order.

    The driver would look for the places anew each time that a long statement runs.
    """
    names = tuple(dict.fromkeys(re.findall(r"%\((\w+)\)s", statement)))
    for number, name in enumerate(names, 1):
        statement = statement.replace(f"%({name})s", f"${number}")
    return statement, names


def first_value(statement: LiteralString, parameters: Mapping[str, object]) -> int | None:
    """Run a statement that the server has prepared and return the first value of its first row."""
    text, names = numbered(statement)
    connection.ensure_connection()
    with connection.wrap_database_errors, psycopg.RawCursor(connection.connection) as cursor:
        row = cursor.execute(text, [parameters[name] for name in names], prepare=True).fetchone()
    return None if row is None else int(row[0])
