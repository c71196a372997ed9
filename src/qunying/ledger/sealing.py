"""The chain over the book: transactions are sealed in blocks, each block's hash covers the one before it.

What is hashed can be read and made again with ``sha256sum``: the block's transactions in the order of their
ids, and their lines with the full names of their accounts in the order of transaction and line, both as the
server's COPY writes them. The digest of a block is the SHA-256 of the two digests, its hash the SHA-256 of
the hash before it and of that.
"""

import hashlib
from dataclasses import dataclass
from typing import LiteralString

from django.db import connection

from qunying.ledger.models import Block

FIRST_HASH = "0" * 64

# Signs before which COPY writes a backslash, by their number, and the letter that it writes for them.
_ESCAPED: tuple[tuple[LiteralString, LiteralString], ...] = (
    ("92", "chr(92)"),
    ("8", "'b'"),
    ("9", "'t'"),
    ("10", "'n'"),
    ("11", "'v'"),
    ("12", "'f'"),
    ("13", "'r'"),
)


def _copied(text: LiteralString) -> LiteralString:
    """Return the expression of a text as COPY writes it. Almost no text has one of the signs."""
    escaped = text
    for sign, letter in _ESCAPED:
        escaped = "replace(" + escaped + ", chr(" + sign + "), chr(92) || " + letter + ")"
    return "CASE WHEN " + text + " ~ '[\\x08-\\x0d\\\\]' THEN " + escaped + " ELSE " + text + " END"


_TAB: LiteralString = ", chr(9), "
_TRANSACTIONS: LiteralString = (
    "SELECT t.block_id, count(*), encode(sha256(convert_to(string_agg(concat("
    + _TAB.join(
        (
            "t.block_id",
            "t.id",
            _copied("t.kind"),
            _copied("t.reason"),
            _copied("t.actor"),
            _copied("t.command_id"),
            "coalesce(t.campaign_id::text, '\\N')",
            "coalesce(t.source_event_id::text, '\\N')",
            "extract(epoch FROM t.business_at)",
            "extract(epoch FROM t.recorded_at)",
            "coalesce(t.reverses_id::text, '\\N')",
            "t.policy_version",
        )
    )
    + ", chr(10)), '' ORDER BY t.id), 'UTF8')), 'hex')"
    " FROM ledger_transaction t WHERE t.block_id BETWEEN %s AND %s GROUP BY t.block_id"
)
_LINES: LiteralString = (
    "SELECT t.block_id, count(*), encode(sha256(convert_to(string_agg(concat("
    + _TAB.join(
        (
            "t.block_id",
            "p.transaction_id",
            "p.line",
            "p.amount",
            "coalesce(p.lot_id::text, '\\N')",
            _copied("a.owner_kind"),
            "a.owner_id",
            _copied("a.asset"),
            _copied("a.purpose"),
        )
    )
    + ", chr(10)), '' ORDER BY p.transaction_id, p.line), 'UTF8')), 'hex')"
    " FROM ledger_transaction t JOIN ledger_posting p ON p.transaction_id = t.id"
    " JOIN ledger_account a ON a.id = p.account_id WHERE t.block_id BETWEEN %s AND %s GROUP BY t.block_id"
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
    nothing = hashlib.sha256().hexdigest()
    lines = {number: digest for number, _count, digest in _ask(_LINES, first, last)}
    return {
        number: BlockDigest(count, _sha256(digest + lines.get(number, nothing)))
        for number, count, digest in _ask(_TRANSACTIONS, first, last)
    }


def _ask(question: LiteralString, first: int, last: int) -> list[tuple[int, int, str]]:
    """Let the server hash the rows, so that only the digests travel."""
    with connection.cursor() as cursor:
        cursor.execute(question, [first, last])
        found: list[tuple[int, int, str]] = cursor.fetchall()
    return found


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
