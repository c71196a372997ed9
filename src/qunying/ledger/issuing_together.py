"""Many issues of one stock, out of one budget, in one statement: each is a transaction of its own in the book."""

from collections.abc import Sequence
from typing import LiteralString

from qunying.kernel.actions import Running
from qunying.kernel.batches import OvertakenError
from qunying.ledger.accounts import Purpose, of_brand, of_campaign
from qunying.ledger.balances import open_accounts
from qunying.ledger.book import transaction_id_of
from qunying.ledger.entries import check
from qunying.ledger.issuing import Issue, entry_of, first_value

# The accounts that all share come first, in the order of their ids, then the members' own: as everywhere in the book.
_ISSUE_ALL: LiteralString = """
WITH asked AS MATERIALIZED (
    SELECT * FROM unnest(%(transactions)s::uuid[], %(actors)s::text[], %(commands)s::text[], %(members)s::uuid[], %(holds)s::uuid[])
        AS asked(transaction_id, actor, command_id, member_id, hold_id)
), noted AS (
    INSERT INTO ledger_transaction
        (id, kind, reason, actor, command_id, campaign_id, business_at, recorded_at, policy_version)
    SELECT transaction_id, %(kind)s::text, '', actor, command_id, %(campaign)s::uuid, %(now)s::timestamptz, %(now)s::timestamptz, 1
    FROM asked
), locked AS MATERIALIZED (
    SELECT id, purpose FROM ledger_account WHERE id = ANY(%(accounts)s::bigint[]) ORDER BY id FOR UPDATE
), moved AS (
    UPDATE ledger_account a SET version = a.version + %(units)s::bigint, balance = a.balance + %(units)s::bigint
        * CASE a.purpose WHEN 'issuance' THEN -1 WHEN 'budget' THEN - %(amount)s::bigint ELSE %(amount)s::bigint END
    FROM locked
    WHERE a.id = locked.id AND (a.purpose <> 'budget' OR a.balance >= %(units)s::bigint * %(amount)s::bigint)
    RETURNING a.id, a.purpose, CASE a.purpose WHEN 'issuance' THEN 0 WHEN 'budget' THEN 2 ELSE 3 END::smallint AS line,
        CASE a.purpose WHEN 'issuance' THEN -1 WHEN 'budget' THEN - %(amount)s::bigint ELSE %(amount)s::bigint END AS amount
), mine AS (
    INSERT INTO ledger_account AS a (owner_kind, owner_id, asset, purpose, floor, balance, version)
    SELECT 'member', member_id, %(asset)s::text, 'member.available', 0, count(*), count(*)
    FROM asked GROUP BY member_id ORDER BY member_id
    ON CONFLICT (owner_kind, owner_id, asset, purpose)
        DO UPDATE SET balance = a.balance + excluded.balance, version = a.version + excluded.version
    RETURNING id, owner_id
), holding AS (
    INSERT INTO ledger_hold (id, account_id, held_account_id, placed_by_id, amount, settled_amount, state)
    SELECT asked.hold_id, free.id, held.id, asked.transaction_id, %(amount)s::bigint, 0, 'open'
    FROM moved free, moved held, asked WHERE free.purpose = 'budget' AND held.purpose = 'budget.held'
), lines AS (
    INSERT INTO ledger_posting (transaction_id, line, account_id, amount)
    SELECT asked.transaction_id, moved.line, moved.id, moved.amount FROM moved, asked
    UNION ALL SELECT asked.transaction_id, 1::smallint, mine.id, 1 FROM asked JOIN mine ON mine.owner_id = asked.member_id
)
SELECT count(*) FROM moved
"""


def issue_together(issues: Sequence[Issue], runnings: Sequence[Running]) -> None:
    """Write issues of one kind, stock and budget, each for the command it belongs to; the units are taken already.

    Raises:
        OvertakenError: the budget does not hold for all of them.
    """
    entries = [entry_of(issue) for issue in issues]
    check(entries)
    first = issues[0]
    refs = [of_brand(first.asset, Purpose.ISSUANCE)]
    if first.campaign_id is not None and first.hold_id is not None:
        budget = of_campaign(first.campaign_id, first.currency)
        refs += [budget, budget.beside(Purpose.BUDGET_HELD)]
    values = {
        "transactions": [
            transaction_id_of(entry, running) for entry, running in zip(entries, runnings, strict=True)
        ],
        "actors": [running.actor.key for running in runnings],
        "commands": [running.command_id for running in runnings],
        "members": [issue.member_id for issue in issues],
        "holds": [issue.hold_id for issue in issues],
        "kind": first.kind,
        "campaign": first.campaign_id,
        "now": runnings[0].now,
        "accounts": list(open_accounts(refs).values()),
        "units": len(issues),
        "amount": first.hold_amount,
        "asset": first.asset,
    }
    if first_value(_ISSUE_ALL, values) != len(refs):
        raise OvertakenError
