"""The chain over the book: transactions are sealed in blocks, each block's hash covers the one before it.

A transaction is written as text from its own columns, its lines in order, and the full names of their
accounts; its digest is the SHA-256 of that text. A block's hash is the SHA-256 of the hash before it and of
the digests of its transactions in the order of their ids.
"""

from dataclasses import dataclass

from django.db import connection

from qunying.ledger.models import Block

FIRST_HASH = "0" * 64

# One row of text per transaction; composite values are quoted by the server, so no two rows look alike.
_DIGESTS = """
SELECT t.block_id, t.id, sha256(convert_to(
    ROW(t.id, t.kind, t.reason, t.actor, t.command_id, t.campaign_id, t.source_event_id,
        (extract(epoch FROM t.business_at) * 1000000)::bigint,
        (extract(epoch FROM t.recorded_at) * 1000000)::bigint,
        t.reverses_id, t.policy_version)::text
    || string_agg(ROW(p.line, p.amount, p.lot_id, a.owner_kind, a.owner_id, a.asset, a.purpose)::text, ''
                  ORDER BY p.line),
    'UTF8')) AS digest
FROM ledger_transaction t
LEFT JOIN ledger_posting p ON p.transaction_id = t.id
LEFT JOIN ledger_account a ON a.id = p.account_id
WHERE {blocks}
GROUP BY t.id
"""

_BLOCKS = """
SELECT d.block_id, count(*), sha256(string_agg(d.digest, ''::bytea ORDER BY d.id))
FROM ({digests}) AS d GROUP BY d.block_id
"""


@dataclass(frozen=True)
class BrokenBlock:
    """A block whose rows or whose place in the chain are not what they were when it was sealed."""

    number: int
    reason: str


def root_of_block(number: int) -> tuple[int, str]:
    """Return how many transactions carry the block's number, and the digest of them all."""
    found = _roots("t.block_id = %s", [number])
    return found.get(number, (0, ""))


def _roots(where: str, parameters: list[int]) -> dict[int, tuple[int, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_BLOCKS.format(digests=_DIGESTS.format(blocks=where)), parameters)
        return {number: (count, bytes(root).hex()) for number, count, root in cursor.fetchall()}


def chain(previous_hash: str, root: str) -> str:
    """Return the hash of a block from the hash before it and the digest of its transactions."""
    import hashlib

    return hashlib.sha256(f"{previous_hash}{root}".encode()).hexdigest()


def find_broken_blocks() -> list[BrokenBlock]:
    """Go over the whole chain and return the blocks that do not fit."""
    roots = _roots("t.block_id IS NOT NULL", [])
    broken: list[BrokenBlock] = []
    previous, expected_number = FIRST_HASH, 1
    for block in Block.objects.order_by("number"):
        count, root = roots.pop(block.number, (0, ""))
        if block.number != expected_number:
            broken.append(BrokenBlock(expected_number, "missing"))
        elif block.previous_hash != previous:
            broken.append(BrokenBlock(block.number, "does not follow the block before it"))
        elif count != block.transactions or chain(block.previous_hash, root) != block.hash:
            broken.append(BrokenBlock(block.number, "its rows have changed"))
        previous, expected_number = block.hash, block.number + 1
    broken += [BrokenBlock(number, "rows without a block") for number in sorted(roots)]
    return broken
