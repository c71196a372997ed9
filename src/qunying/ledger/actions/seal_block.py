"""Seal what was posted since the last block."""

from dataclasses import dataclass
from datetime import datetime

from django.db import connection

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.models import Block, Transaction
from qunying.ledger.sealing import FIRST_HASH, chain, digest_blocks

MAX_BLOCK = 20_000
_SEALING_LOCK = 0x5EA1


@dataclass(frozen=True)
class Sealed:
    """The new block (None when there was nothing to seal) and how many transactions it holds."""

    number: int | None
    transactions: int


@action
def seal_block(*, command_id: str, actor: Actor, now: datetime) -> Sealed:
    """Put up to 20,000 transactions that have no block yet into the next one and chain it."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_SEALING_LOCK])
    last = Block.objects.order_by("-number").first()
    number, previous_hash = (last.number + 1, last.hash) if last else (1, FIRST_HASH)
    waiting = Transaction.objects.filter(block=None).order_by("recorded_at", "id").values("pk")[:MAX_BLOCK]
    count = Transaction.objects.filter(pk__in=waiting).update(block_id=number)
    if not count:
        return Sealed(None, 0)
    sealed = digest_blocks(number, number)[number]
    Block.objects.create(
        number=number,
        transactions=sealed.transactions,
        previous_hash=previous_hash,
        hash=chain(previous_hash, sealed.digest),
        sealed_at=now,
    )
    return Sealed(number, sealed.transactions)
