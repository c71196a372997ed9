"""Take the codes of a batch out as a file."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.rewards.pricing.batches import BatchExported, find_batch


@action
def export_code_batch(*, command_id: str, actor: Actor, now: datetime, batch_id: UUID) -> UUID:
    """Write down that the codes are taken out, and by whom; it is done once. The door then shows them.

    The codes are no part of the answer, which is kept: ``queries.list_code_batches.list_codes`` has them.

    Raises:
        UnknownBatch: there is no such batch.
        BatchExported: they were taken out before.
    """
    batch = find_batch(batch_id, lock=True)
    if batch.exported_at is not None:
        raise BatchExported(batch=batch.name)
    batch.exported_at = now
    batch.exported_by = actor.key
    batch.save(update_fields=["exported_at", "exported_by"])
    return batch.id
