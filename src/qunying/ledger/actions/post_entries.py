"""Post many transactions at once, all or none."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.ledger.book import write
from qunying.ledger.entries import Entry


@action
def post_entries(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    entries: list[Entry],
) -> list[UUID]:
    """Write up to 500 linked entries in a few statements and return the ids of their transactions.

    Raises: as ``post``.
    """
    return write(entries) if entries else []
