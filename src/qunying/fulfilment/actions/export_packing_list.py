"""Take out the list by which parcels are packed."""

from datetime import datetime

from qunying.fulfilment.events import ADDRESS_REVEALED, event_of
from qunying.fulfilment.queries.list_fulfilments import list_ready
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.stream.record import record


@action
def export_packing_list(*, command_id: str, actor: Actor, now: datetime) -> list[int]:
    """Record that somebody takes out all addresses that wait, and return the numbers, those due soonest first.

    The addresses are not in the answer: answers are kept.
    """
    ready = list(list_ready())
    record(*(event_of(found, ADDRESS_REVEALED, now, actor=actor.key, how="packing_list") for found in ready))
    return [found.id for found in ready]
