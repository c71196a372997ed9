"""Somebody of the staff looks at a whole address."""

from datetime import datetime, timedelta

from qunying.fulfilment.events import ADDRESS_REVEALED, event_of
from qunying.fulfilment.finding import UnknownFulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.stream.record import record

REVEALS_PER_HOUR = 60


@action
def reveal_address(*, command_id: str, actor: Actor, now: datetime, number: int) -> int:
    """Record that somebody looks at an address, before it is shown. It is not in the answer: answers are kept.

    Raises:
        UnknownFulfilment: there is none.
        TooManyAttempts: after 60 addresses in an hour.
    """
    count_attempt(f"reveal_address:{actor.key}", now=now, limit=REVEALS_PER_HOUR, window=timedelta(hours=1))
    found = Fulfilment.objects.filter(pk=number).first()
    if found is None:
        raise UnknownFulfilment
    record(event_of(found, ADDRESS_REVEALED, now, actor=actor.key, how="one"))
    return found.id
