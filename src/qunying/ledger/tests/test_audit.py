"""The audit finds what is planted: one corruption of each kind, and every edit of a sealed row."""

import random
from datetime import timedelta
from hashlib import sha256
from uuid import uuid4

import pytest
from django.db import connection

from qunying.ledger.accounts import POINTS, Purpose, of_brand, of_campaign
from qunying.ledger.actions.create_pool import create_pool
from qunying.ledger.actions.open_budget import open_budget
from qunying.ledger.actions.place_hold import place_hold
from qunying.ledger.actions.return_serial import return_serial
from qunying.ledger.actions.reverse_transaction import reverse_transaction
from qunying.ledger.actions.run_audit import run_audit
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.actions.settle_hold import settle_hold
from qunying.ledger.actions.take_serial import take_serial
from qunying.ledger.integrity import CHECKS
from qunying.ledger.models import Block
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.find_last_audit import find_last_audit
from qunying.ledger.sealing import FIRST_HASH, find_broken_blocks
from qunying.ledger.tests.make import NOW, give_points, points_of, run, spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def book():
    """A book with something of everything in it, sealed."""
    member, campaign = uuid4(), uuid4()
    given = give_points(member, 100, expires_at=NOW + timedelta(days=9))
    give_points(member, 50)
    spend(member, 30)
    run(place_hold, account=points_of(member), amount=20)
    hold = run(place_hold, account=points_of(member), amount=10)
    run(settle_hold, hold_id=hold, amount=4, to=of_brand(POINTS, Purpose.REDEEMED))
    run(reverse_transaction, transaction_id=given, amount=25)
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    run(place_hold, account=of_campaign(campaign, "CNY"), amount=400)
    pool = run(create_pool, kind="test", total=5, rules_hash="")
    for _ in range(3):
        run(take_serial, pool_id=pool)
    run(return_serial, pool_id=pool, serial=2)
    run(seal_block)
    spend(member, 1)
    run(seal_block)
    assert audit() == []
    return member


def _tamper(*statements: str) -> None:
    """Do what only somebody with the database's own password can do."""
    with connection.cursor() as cursor:
        # Deferred checks would complain at the end of the test, and triggers at once.
        cursor.execute("SET session_replication_role = replica")
        for statement in statements:
            cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


AVAILABLE = "id = (SELECT id FROM ledger_account WHERE purpose = 'member.available' AND asset = 'points')"
NEW_TRANSACTION = (
    "INSERT INTO ledger_transaction (id, kind, reason, actor, command_id, business_at, recorded_at,"
    " policy_version, block_id) VALUES (gen_random_uuid(), 'x', '', 'x', 'x', now(), now(), 1, {block})"
)
CORRUPTIONS = {
    "lines_sum_to_zero": ["UPDATE ledger_posting SET amount = amount + 7777 WHERE line = 0"],
    "transactions_have_lines": [
        NEW_TRANSACTION.format(block="NULL"),
    ],
    "assets_sum_to_zero": [f"UPDATE ledger_account SET balance = balance + 1 WHERE {AVAILABLE}"],
    "balances_follow_lines": [f"UPDATE ledger_account SET balance = balance + 1 WHERE {AVAILABLE}"],
    "balances_in_bounds": [
        f"UPDATE ledger_account SET floor = NULL, balance = -1 WHERE {AVAILABLE}",
    ],
    "holds_are_held": ["UPDATE ledger_hold SET state = 'voided' WHERE state = 'open'"],
    "holds_end_once": ["UPDATE ledger_hold SET resolved_by_id = NULL WHERE state = 'settled'"],
    "lots_are_available": ["UPDATE ledger_lot SET remaining = remaining - 1 WHERE remaining > 1"],
    "lots_follow_lines": ["UPDATE ledger_lot SET remaining = remaining - 1 WHERE remaining > 1"],
    "lots_expired_once": ["UPDATE ledger_lot SET expired = expired + 1 WHERE remaining < amount"],
    "reversals_within_original": ["UPDATE ledger_reversedtotal SET reversed = reversed - 1"],
    "budgets_are_kept": [
        "UPDATE ledger_account SET balance = balance + 601 WHERE purpose = 'budget.held'",
        "UPDATE ledger_account SET floor = NULL, balance = balance - 601 WHERE purpose = 'budget'",
    ],
    "stock_is_kept": ["DELETE FROM ledger_returnedunit"],
    "commands_were_answered": [
        "UPDATE kernel_command SET refusal = '{}' WHERE action = 'ledger.open_budget'"
    ],
    "chain_is_unbroken": ["UPDATE ledger_transaction SET reason = 'changed' WHERE kind = 'budget_opened'"],
}


@pytest.mark.parametrize("check", CORRUPTIONS)
def test_a_planted_break_is_found_by_its_check(book, check):
    _tamper(*CORRUPTIONS[check])
    found = {entry.check for entry in audit()}
    assert check in found
    report = run(run_audit)
    assert not report.ok
    last = find_last_audit()
    assert last is not None
    assert not last.ok
    assert check in {entry["name"] for entry in last.checks if not entry["ok"]}


# What the checks find besides: the same the other way round, and each of their clauses.
MORE_BREAKS = [
    ("lines_sum_to_zero", "UPDATE ledger_posting SET amount = amount - 7777 WHERE line = 0"),
    ("transactions_have_lines", "DELETE FROM ledger_transaction"),
    ("assets_sum_to_zero", f"UPDATE ledger_account SET balance = balance - 1 WHERE {AVAILABLE}"),
    ("balances_follow_lines", f"UPDATE ledger_account SET balance = balance - 1 WHERE {AVAILABLE}"),
    (
        "balances_in_bounds",
        "UPDATE ledger_account SET ceiling = NULL, balance = 1 WHERE purpose = 'member.debt'",
    ),
    ("holds_are_held", "UPDATE ledger_hold SET state = 'open' WHERE state = 'settled'"),
    ("holds_end_once", "UPDATE ledger_hold SET state = 'voided' WHERE settled_amount > 0"),
    ("lots_are_available", "UPDATE ledger_lot SET remaining = remaining + 1 WHERE remaining < amount"),
    ("lots_follow_lines", "UPDATE ledger_lot SET remaining = remaining + 1 WHERE remaining < amount"),
    (
        "lots_expired_once",
        "UPDATE ledger_account SET balance = balance + 1 WHERE purpose = 'breakage' AND asset = 'points'",
    ),
    ("reversals_within_original", "DELETE FROM ledger_reversedtotal"),
    (
        "reversals_within_original",  # counted as it went back, and more than it was
        "UPDATE ledger_posting SET amount = amount * 5 FROM ledger_transaction t WHERE t.id = transaction_id AND t.reverses_id IS NOT NULL; UPDATE ledger_reversedtotal SET reversed = reversed * 5, original = reversed * 5",
    ),
    (
        "budgets_are_kept",
        "UPDATE ledger_account SET owner_id = gen_random_uuid() WHERE purpose = 'budget.held'",
    ),
    (
        "stock_is_kept",
        "INSERT INTO ledger_returnedunit (pool_id, serial, returned_at) SELECT id, 1, now() FROM ledger_pool",
    ),
    ("stock_is_kept", "UPDATE ledger_returnedunit SET serial = 4"),
    ("stock_is_kept", "UPDATE ledger_returnedunit SET serial = 0"),
    ("commands_were_answered", "DELETE FROM kernel_command"),
    ("chain_is_unbroken", "UPDATE ledger_transaction SET block_id = 7 WHERE kind = 'budget_opened'"),
]


def test_every_clause_of_a_check_finds_its_break(book):
    missed = []
    for check, statement in MORE_BREAKS:
        with connection.cursor() as cursor:
            cursor.execute("SAVEPOINT before_break")
        _tamper(statement)
        if not CHECKS[check].find():
            missed.append((check, statement))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before_break")
    assert missed == []


def test_every_check_has_its_planted_break():
    """Those of other nouns, and of checkpoints, are planted in tests of their own."""
    ours = {check.name for check in CHECKS.values() if check.find.__module__.startswith("qunying.ledger.")}
    assert ours == set(CORRUPTIONS) | {"checkpoints_are_signed", "checkpoints_follow_lines"}


COLUMNS = {
    "ledger_transaction": {
        "kind": "'changed'",
        "reason": "'changed'",
        "actor": "'changed'",
        "command_id": "'changed'",
        "campaign_id": "gen_random_uuid()",
        "source_event_id": "gen_random_uuid()",
        "business_at": "business_at + interval '1 microsecond'",
        "recorded_at": "recorded_at - interval '1 second'",
        "reverses_id": "gen_random_uuid()",
        "policy_version": "policy_version + 1",
        "id": "gen_random_uuid()",
        "block_id": "NULL",
    },
    "ledger_posting": {
        "amount": "amount + 7777",
        "line": "line + 50",
        "lot_id": "gen_random_uuid()",
        "account_id": "(SELECT max(id) FROM ledger_account WHERE id <> account_id)",
        "transaction_id": "gen_random_uuid()",
    },
    "ledger_account": {
        "owner_kind": "'changed'",
        "owner_id": "gen_random_uuid()",
        "asset": "'changed'",
        "purpose": "'changed'",
    },
    "ledger_block": {"hash": "md5(hash)", "previous_hash": "md5(hash)", "transactions": "transactions + 1"},
}


def _edits(count: int) -> None:
    chance = random.Random(20260301)
    missed = []
    for _ in range(count):
        table = chance.choice(list(COLUMNS))
        column = chance.choice(list(COLUMNS[table]))
        key = "number" if table == "ledger_block" else "id"
        with connection.cursor() as cursor:
            used = "WHERE id IN (SELECT account_id FROM ledger_posting)" if table == "ledger_account" else ""
            cursor.execute(f"SELECT {key}::text FROM {table} {used} ORDER BY 1")
            row = chance.choice([value for (value,) in cursor.fetchall()])
            cursor.execute("SAVEPOINT before_edit")
        _tamper(f"UPDATE {table} SET {column} = {COLUMNS[table][column]} WHERE {key}::text = '{row}'")
        if not find_broken_blocks():
            missed.append((table, column, row))
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before_edit")
    assert missed == []


def test_every_edit_of_a_sealed_row_is_found(book):
    _edits(60)


@pytest.mark.full
def test_a_thousand_edits_of_sealed_rows_are_all_found(book):
    _edits(1_000)


def test_rows_put_in_or_taken_out_of_a_sealed_block_are_found(book):
    with connection.cursor() as cursor:
        cursor.execute("SAVEPOINT before_edit")
    for statement in (
        "DELETE FROM ledger_posting WHERE id = (SELECT min(id) FROM ledger_posting)",
        "DELETE FROM ledger_block WHERE number = 1",
        "DELETE FROM ledger_block WHERE number = 2",
        NEW_TRANSACTION.format(block="1"),
    ):
        _tamper(statement)
        assert find_broken_blocks(), statement
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK TO SAVEPOINT before_edit")


ODD = "tab\t line\n return\r back\\slash \\N bell\x07 \b \v \f 中文"
SEALED_ROWS = (
    (
        "COPY (SELECT t.block_id, t.id, t.kind, t.reason, t.actor, t.command_id, t.campaign_id, t.source_event_id,"
        " extract(epoch FROM t.business_at), extract(epoch FROM t.recorded_at), t.reverses_id, t.policy_version"
        " FROM ledger_transaction t WHERE t.block_id = 1 ORDER BY t.id) TO STDOUT"
    ),
    (
        "COPY (SELECT t.block_id, p.transaction_id, p.line, p.amount, p.lot_id,"
        " a.owner_kind, a.owner_id, a.asset, a.purpose FROM ledger_transaction t"
        " JOIN ledger_posting p ON p.transaction_id = t.id JOIN ledger_account a ON a.id = p.account_id"
        " WHERE t.block_id = 1 ORDER BY p.transaction_id, p.line) TO STDOUT"
    ),
)


def test_anybody_can_make_the_hash_again_from_what_copy_writes():
    member, campaign = uuid4(), uuid4()
    given = give_points(member, 100, expires_at=NOW + timedelta(days=9))
    run(reverse_transaction, transaction_id=given, amount=25)
    run(open_budget, campaign_id=campaign, currency="CNY", amount_minor=1_000)
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute("UPDATE ledger_transaction SET reason = %s WHERE id = %s", [ODD, given])
        cursor.execute("UPDATE ledger_account SET asset = %s WHERE owner_id = %s", [ODD, member])
        cursor.execute("SET session_replication_role = origin")
    run(seal_block)
    digests = ""
    for rows in SEALED_ROWS:
        with connection.cursor() as cursor, cursor.copy(rows) as copy:
            digests += sha256(b"".join(bytes(row) for row in copy)).hexdigest()
    digest = sha256(digests.encode()).hexdigest()
    assert Block.objects.get().hash == sha256((FIRST_HASH + digest).encode()).hexdigest()
    assert find_broken_blocks() == []


def test_sealing_nothing_makes_no_block(book):
    assert run(seal_block).number is None
