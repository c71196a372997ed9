"""Checkpoints: what the book came to at the end of a day, chained and signed.

Whoever can write into the database can make rows and hashes fit again, but not the signature, which needs the
installation's secret, nor a copy of the checkpoint that is kept elsewhere.
"""

import hashlib
import hmac
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import LiteralString

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection

from qunying.ledger.models import Checkpoint

type Totals = dict[str, dict[str, int]]

_BALANCES: LiteralString = (
    "COPY (SELECT a.owner_kind, a.owner_id, a.asset, a.purpose, b.balance FROM ledger_checkpointbalance b"
    " JOIN ledger_account a ON a.id = b.account_id WHERE b.checkpoint_id = %s"
    ' ORDER BY a.owner_kind COLLATE "C", a.owner_id, a.asset COLLATE "C", a.purpose COLLATE "C") TO STDOUT'
)


@dataclass(frozen=True)
class Statement:
    """What is signed of a checkpoint; JSON with sorted keys and without spaces is what is hashed."""

    day: str
    last_block: int
    block_hash: str
    transactions: int
    totals: Totals
    balances_hash: str
    previous_hash: str

    @property
    def hash(self) -> str:
        """The hash of the statement."""
        text = json.dumps(asdict(self), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


def statement_of(checkpoint: Checkpoint) -> Statement:
    """Return what a checkpoint states, with the hash that its block has now."""
    return Statement(
        str(checkpoint.day),
        checkpoint.last_block_id,
        checkpoint.last_block.hash,
        checkpoint.transactions,
        checkpoint.totals,
        checkpoint.balances_hash,
        checkpoint.previous_hash,
    )


def sign(digest: str) -> str:
    """Return the signature of a hash by this installation."""
    return _signature(settings.SECRET_KEY, digest)


def is_signed(digest: str, signature: str) -> bool:
    """Tell whether this installation signed a hash, now or under one of its earlier secrets."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return any(hmac.compare_digest(_signature(secret, digest), signature) for secret in secrets)


def _signature(secret: str | bytes, digest: str) -> str:
    return hmac.digest(_key(secret), digest.encode(), "sha256").hex()


@cache
def _key(secret: str | bytes) -> bytes:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"ledger checkpoints")
    return derived.derive(secret.encode() if isinstance(secret, str) else secret)


def hash_balances(day: date) -> str:
    """Return the hash of a checkpoint's balances with the full names of their accounts, as COPY writes them."""
    running = hashlib.sha256()
    with connection.cursor() as cursor, cursor.copy(_BALANCES, [day]) as copy:
        for row in copy:
            running.update(bytes(row))
    return running.hexdigest()


def move_totals(totals: Totals, moved: list[tuple[str, str, int]]) -> Totals:
    """Return totals after what moved (asset, purpose, sum), without those that are zero."""
    sums: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for asset, purpose, amount in [(a, p, n) for a, per in totals.items() for p, n in per.items()] + moved:
        sums[asset][purpose] += amount
    kept = {asset: {purpose: n for purpose, n in per.items() if n} for asset, per in sums.items()}
    return {asset: per for asset, per in kept.items() if per}
