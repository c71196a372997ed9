"""The chain over the book: transactions are sealed in blocks, each block's hash covers the one before it.

What is hashed can be read and made again with ``sha256sum``: the block's transactions in the order of their
ids, and their lines with the full names of their accounts in the order of transaction and line, both as the
server's COPY writes them. The digest of a block is the SHA-256 of the two digests, its hash the SHA-256 of
the hash before it and of that.
"""

import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import LiteralString

from django.db import connection

from qunying.ledger.models import Block

FIRST_HASH = "0" * 64

_TRANSACTIONS: LiteralString = (
    "COPY (SELECT t.block_id, t.id, t.kind, t.reason, t.actor, t.command_id, t.campaign_id,"
    " t.source_event_id, extract(epoch FROM t.business_at), extract(epoch FROM t.recorded_at),"
    " t.reverses_id, t.policy_version"
    " FROM ledger_transaction t WHERE t.block_id BETWEEN %s AND %s ORDER BY t.block_id, t.id) TO STDOUT"
)
_LINES: LiteralString = (
    "COPY (SELECT t.block_id, p.transaction_id, p.line, p.amount, p.lot_id,"
    " a.owner_kind, a.owner_id, a.asset, a.purpose"
    " FROM ledger_transaction t JOIN ledger_posting p ON p.transaction_id = t.id"
    " JOIN ledger_account a ON a.id = p.account_id WHERE t.block_id BETWEEN %s AND %s"
    " ORDER BY t.block_id, p.transaction_id, p.line) TO STDOUT"
)


@dataclass(frozen=True)
class BlockDigest:
    """How many transactions carry a block's number, and the digest of all their rows."""

    transactions: int
    digest: str


@dataclass(frozen=True)
class BrokenBlock:
    """A block whose rows or whose place in the chain are not what they were when it was sealed."""

    number: int
    reason: str


def digest_blocks(first: int, last: int) -> dict[int, BlockDigest]:
    """Return the digests of the blocks from one number to another, from the rows as they are now."""
    transactions, counts = _digest(_TRANSACTIONS, first, last)
    lines, _counts = _digest(_LINES, first, last)
    nothing = hashlib.sha256().hexdigest()
    return {
        number: BlockDigest(counts[number], _sha256(digest + lines.get(number, nothing)))
        for number, digest in transactions.items()
    }


def _digest(rows: LiteralString, first: int, last: int) -> tuple[dict[int, str], Counter[int]]:
    """Hash rows as they stream in, one hash per block; the block's number leads each row."""
    digests: dict[int, str] = {}
    counts: Counter[int] = Counter()
    number, mark, seen, running = 0, b"", 0, hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(rows, [first, last]) as copy:
        for row in copy:
            text = bytes(row)
            if not mark or not text.startswith(mark):
                if mark:
                    digests[number], counts[number] = running.hexdigest(), seen
                number = int(text[: text.index(b"\t")])
                mark, seen, running = b"%d\t" % number, 0, hashlib.sha256()
            running.update(text)
            seen += 1
    if mark:
        digests[number], counts[number] = running.hexdigest(), seen
    return digests, counts


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def chain(previous_hash: str, digest: str) -> str:
    """Return the hash of a block from the hash before it and its digest."""
    return _sha256(previous_hash + digest)


def find_broken_blocks() -> list[BrokenBlock]:
    """Go over the whole chain and return the blocks that do not fit."""
    blocks = list(Block.objects.order_by("number"))
    # What is sealed while we look comes after the last block that we have seen.
    found = digest_blocks(1, blocks[-1].number) if blocks else {}
    broken: list[BrokenBlock] = []
    previous, expected_number = FIRST_HASH, 1
    for block in blocks:
        now = found.get(block.number, BlockDigest(0, ""))
        if block.number != expected_number:
            broken.append(BrokenBlock(expected_number, "missing"))
        elif block.previous_hash != previous:
            broken.append(BrokenBlock(block.number, "does not follow the block before it"))
        elif now.transactions != block.transactions or chain(previous, now.digest) != block.hash:
            broken.append(BrokenBlock(block.number, "its rows have changed"))
        previous, expected_number = block.hash, block.number + 1
    return broken + [BrokenBlock(number, "rows without a block") for number in _numbers_without_block()]


def _numbers_without_block() -> list[int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT t.block_id FROM ledger_transaction t"
            " LEFT JOIN ledger_block b ON b.number = t.block_id"
            " WHERE t.block_id IS NOT NULL AND b.number IS NULL ORDER BY 1"
        )
        return [number for (number,) in cursor.fetchall()]
