"""Checkpoints: one a day, equal to the lines until then, signed, and compared with a copy kept elsewhere."""

import json
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction
from typer.testing import CliRunner

from qunying.ledger.accounts import POINTS
from qunying.ledger.actions.seal_block import seal_block
from qunying.ledger.actions.take_checkpoint import take_checkpoint
from qunying.ledger.checkpoints import hash_balances, sign, statement_of
from qunying.ledger.doors.cli import app
from qunying.ledger.doors.jobs import close_days
from qunying.ledger.models import Checkpoint, CheckpointBalance
from qunying.ledger.queries.audit import audit
from qunying.ledger.queries.list_checkpoints import NotACheckpoint, compare_checkpoint, export_checkpoint
from qunying.ledger.tests.make import NOW, give_points, run, spend

pytestmark = pytest.mark.django_db
FIRST, SECOND = date(2026, 3, 1), date(2026, 3, 2)


def _close(day, **more):
    run(seal_block)
    return run(take_checkpoint, day=day, **more)


@pytest.fixture
def two_days():
    """Two days with a checkpoint each; of two members only the second moved on both."""
    ann, bob = uuid4(), uuid4()
    give_points(ann, 10)
    give_points(bob, 20)
    _close(FIRST)
    spend(bob, 5)
    _close(SECOND)
    assert audit() == []
    return ann, bob


def test_each_day_keeps_what_moved_and_the_totals(two_days):
    ann, bob = two_days
    kept = CheckpointBalance.objects.filter(account__purpose="member.available").order_by("checkpoint_id")
    assert list(kept.filter(account__owner_id=ann).values_list("checkpoint_id", "balance")) == [(FIRST, 10)]
    assert list(kept.filter(account__owner_id=bob).values_list("checkpoint_id", "balance")) == [
        (FIRST, 20),
        (SECOND, 15),
    ]
    last = Checkpoint.objects.get(day=SECOND)
    assert last.totals == {POINTS: {"issuance": -30, "member.available": 25, "redeemed": 5}}
    assert last.transactions == 3
    assert last.previous_hash == Checkpoint.objects.get(day=FIRST).hash


def test_a_day_has_one_and_nothing_new_makes_none(two_days):
    for day in (FIRST, SECOND, SECOND + timedelta(days=1)):
        assert not run(take_checkpoint, day=day).new
    assert Checkpoint.objects.count() == 2


def test_what_is_not_sealed_belongs_to_the_next_day(two_days):
    give_points(uuid4(), 7)
    assert not run(take_checkpoint, day=date(2026, 3, 3)).new
    run(seal_block)
    assert not [
        day for day in (FIRST, SECOND) if run(take_checkpoint, day=day).new
    ]  # days are not taken anew
    assert _close(date(2026, 3, 3)).new
    assert audit() == []


def _tamper(statement):
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(statement)
        cursor.execute("SET session_replication_role = origin")


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("UPDATE ledger_checkpointbalance SET balance = balance + 1", "checkpoints_follow_lines"),
        ("UPDATE ledger_checkpointbalance SET balance = balance + 1", "checkpoints_are_signed"),
        (
            "DELETE FROM ledger_checkpointbalance WHERE checkpoint_id = '2026-03-02'",
            "checkpoints_follow_lines",
        ),
        ("UPDATE ledger_checkpoint SET totals = '{}' WHERE day = '2026-03-01'", "checkpoints_are_signed"),
        ("UPDATE ledger_checkpoint SET previous_hash = repeat('0', 64)", "checkpoints_are_signed"),
        ("UPDATE ledger_posting SET amount = amount * 2", "checkpoints_follow_lines"),
        (
            "DELETE FROM ledger_checkpointbalance WHERE checkpoint_id = '2026-03-01'; DELETE FROM ledger_checkpoint WHERE day = '2026-03-01'",
            "checkpoints_are_signed",
        ),
    ],
)
def test_planted_breaks_are_found(two_days, statement, check):
    _tamper(statement)
    assert check in {found.check for found in audit()}


def test_nothing_of_a_checkpoint_can_be_changed(two_days):
    for change in (
        lambda: Checkpoint.objects.update(transactions=1),
        lambda: CheckpointBalance.objects.update(balance=1),
        lambda: CheckpointBalance.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_forger_without_the_secret_cannot_make_it_fit(two_days, settings):
    _tamper("UPDATE ledger_checkpoint SET totals = '{\"points\": {}}' WHERE day = '2026-03-02'")
    checkpoint = Checkpoint.objects.select_related("last_block").get(day=SECOND)
    checkpoint.hash = statement_of(checkpoint).hash
    forged = sign(checkpoint.hash)[::-1]
    _tamper(
        f"UPDATE ledger_checkpoint SET hash = '{checkpoint.hash}', signature = '{forged}' WHERE day = '2026-03-02'"
    )
    assert "checkpoints_are_signed" in {found.check for found in audit()}


def test_a_copy_kept_elsewhere_shows_what_the_database_hides(two_days, tmp_path):
    copy = export_checkpoint(FIRST)
    assert compare_checkpoint(copy) == []
    with pytest.raises(NotACheckpoint):
        compare_checkpoint({**copy, "signature": "0" * 64})
    with pytest.raises(NotACheckpoint):
        compare_checkpoint({"day": "tomorrow"})
    kept = tmp_path / "kept.json"
    kept.write_text(CliRunner().invoke(app, ["checkpoint", "--day", "2026-03-01", "--json"]).stdout)
    assert CliRunner().invoke(app, ["verify", "--against", str(kept), "--json"]).exit_code == 0
    # With the secret everything can be written anew; the copy still tells.
    _tamper("UPDATE ledger_checkpointbalance SET balance = balance + 1 WHERE checkpoint_id = '2026-03-01'")
    checkpoint = Checkpoint.objects.select_related("last_block").get(day=FIRST)
    checkpoint.balances_hash = hash_balances(FIRST)
    digest = statement_of(checkpoint).hash
    _tamper(
        f"UPDATE ledger_checkpoint SET balances_hash = '{checkpoint.balances_hash}', hash = '{digest}',"
        f" signature = '{sign(digest)}' WHERE day = '2026-03-01'"
    )
    assert "checkpoint 2026-03-01: balances_hash has changed" in compare_checkpoint(copy)
    broken = CliRunner().invoke(app, ["verify", "--against", str(kept), "--json"])
    assert broken.exit_code == 1
    assert not json.loads(broken.stdout)["ok"]


@pytest.mark.django_db(transaction=True)
def test_the_day_closes_by_itself():
    give_points(uuid4(), 10, now=NOW)
    close_days(timestamp=0)
    close_days(timestamp=0)
    assert Checkpoint.objects.count() == 1
    assert Checkpoint.objects.get().transactions == 1
