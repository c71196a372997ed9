"""Close a pool of scarce stock."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.models import Pool
from qunying.ledger.stock import PoolClosed


@action
def close_pool(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    pool_id: UUID,
) -> None:
    """Give out no more units; units may still come back.

    Raises:
        PoolClosed: it was closed before, or there is none.
    """
    if not Pool.objects.filter(pk=pool_id, state=Pool.State.OPEN).update(state=Pool.State.CLOSED):
        raise PoolClosed
