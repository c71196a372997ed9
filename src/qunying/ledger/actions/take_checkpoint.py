"""Take the checkpoint of a day."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, LiteralString

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.checkpoints import Totals, hash_balances, move_totals, sign, statement_of
from qunying.ledger.models import Block, Checkpoint
from qunying.ledger.sealing import FIRST_HASH

# Writes down what every account that moved has now, and returns what moved in sum.
_KEEP: LiteralString = """
WITH moved AS MATERIALIZED (
    SELECT p.account_id, sum(p.amount) AS amount FROM ledger_transaction t
    JOIN ledger_posting p ON p.transaction_id = t.id
    WHERE t.block_id > %(after)s AND t.block_id <= %(last)s GROUP BY p.account_id
), kept AS (
    INSERT INTO ledger_checkpointbalance (checkpoint_id, account_id, balance)
    SELECT %(day)s, moved.account_id, moved.amount + coalesce(
        (SELECT b.balance FROM ledger_checkpointbalance b WHERE b.account_id = moved.account_id
         ORDER BY b.checkpoint_id DESC LIMIT 1), 0)
    FROM moved
)
SELECT a.asset, a.purpose, sum(moved.amount)::bigint FROM moved
JOIN ledger_account a ON a.id = moved.account_id GROUP BY a.asset, a.purpose
"""
_COUNT: LiteralString = "SELECT coalesce(sum(transactions), 0)::bigint FROM ledger_block WHERE number > %(after)s AND number <= %(last)s"


@dataclass(frozen=True)
class CheckpointTaken:
    """The checkpoint of the day; ``new`` is false when it was there, or when nothing was sealed since the last."""

    day: date
    new: bool
    hash: str


@action
def take_checkpoint(*, command_id: str, actor: Actor, now: datetime, day: date) -> CheckpointTaken:
    """Write down and sign what every account had when the last block was sealed; once for a day, days in order.

    What was posted since the last block belongs to the next checkpoint: seal first.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE ledger_checkpoint IN SHARE ROW EXCLUSIVE MODE")
    previous = Checkpoint.objects.order_by("-day").first()
    block = Block.objects.order_by("-number").first()
    if previous is not None and (previous.day >= day or block is None or block.pk == previous.last_block_id):
        return CheckpointTaken(previous.day, new=False, hash=previous.hash)
    if block is None:
        return CheckpointTaken(day, new=False, hash=FIRST_HASH)
    checkpoint = Checkpoint(day=day, taken_at=now, last_block=block, previous_hash=FIRST_HASH, transactions=0)
    totals: Totals = {}
    after = 0
    if previous is not None:
        checkpoint.previous_hash, totals, after = previous.hash, previous.totals, previous.last_block_id
        checkpoint.transactions = previous.transactions
    values: dict[str, Any] = {"day": day, "after": after, "last": block.number}
    with connection.cursor() as cursor:
        cursor.execute(_KEEP, values)
        checkpoint.totals = move_totals(totals, cursor.fetchall())
        cursor.execute(_COUNT, values)
        checkpoint.transactions += cursor.fetchone()[0]
    checkpoint.balances_hash = hash_balances(day)
    checkpoint.hash = statement_of(checkpoint).hash
    checkpoint.signature = sign(checkpoint.hash)
    checkpoint.save(force_insert=True)
    return CheckpointTaken(day, new=True, hash=checkpoint.hash)
