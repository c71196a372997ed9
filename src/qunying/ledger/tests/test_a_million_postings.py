"""The audit of a large book: sound, a planted break found, and soon enough to run every night and before a payout."""

import pytest
from django.db import connection

from qunying.ledger.accounts import Purpose, of_brand, of_member
from qunying.ledger.actions.post import post
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.entries import Entry, Line
from qunying.ledger.queries.audit import run_checks
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member

pytestmark = [pytest.mark.full, pytest.mark.timed, pytest.mark.django_db]
TRANSACTIONS, ACCOUNTS = 500_000, 10_000
SECONDS = 30  # ten when nobody else is at work

# As the door would have written them, without half an hour of waiting.
WRITE = f"""
SET session_replication_role = replica;
INSERT INTO ledger_account (owner_kind, owner_id, asset, purpose, floor, balance, version)
    SELECT 'member', gen_random_uuid(), 'growth', 'member.available', 0, 0, 0 FROM generate_series(1, {ACCOUNTS});
CREATE TEMPORARY TABLE written AS
    SELECT gen_random_uuid() AS id, n % {ACCOUNTS} AS place FROM generate_series(1, {TRANSACTIONS}) n;
CREATE TEMPORARY TABLE placed AS
    SELECT id, row_number() OVER () - 1 AS place FROM ledger_account WHERE asset = 'growth' AND version = 0;
INSERT INTO ledger_transaction (id, kind, reason, actor, command_id, business_at, recorded_at, policy_version)
    SELECT id, 'growth_granted', '', actor, command_id, recorded_at, recorded_at, 1
    FROM written, (SELECT actor, command_id, recorded_at FROM ledger_transaction LIMIT 1) first;
INSERT INTO ledger_posting (transaction_id, line, account_id, amount)
    SELECT id, 0, (SELECT id FROM ledger_account WHERE asset = 'growth' AND purpose = 'issuance'), -1 FROM written
    UNION ALL SELECT written.id, 1, placed.id, 1 FROM written JOIN placed USING (place);
UPDATE ledger_account a SET balance = sums.balance FROM
    (SELECT account_id, sum(amount) AS balance FROM ledger_posting GROUP BY account_id) sums WHERE a.id = sums.account_id;
SET session_replication_role = origin;
ANALYZE ledger_account, ledger_transaction, ledger_posting, kernel_command;
"""


def test_a_million_postings_are_audited_in_seconds() -> None:
    lines = (
        Line(of_brand("growth", Purpose.ISSUANCE), -1),
        Line(of_member(make_member().id, "growth"), 1),
    )
    run(post, entry=Entry(kind="growth_granted", lines=lines))
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = '10min'")
        cursor.execute(WRITE)
    while run(seal_block, now=NOW).number is not None:
        pass
    report = run_checks()
    assert report.ok, [check for check in report.checks if not check.ok]
    assert report.seconds <= SECONDS
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE ledger_account SET balance = balance + 1 WHERE asset = 'growth' AND id % 5000 = 0"
        )
    found = {check.name for check in run_checks().checks if not check.ok}
    assert {"balances_follow_lines", "assets_sum_to_zero"} <= found
