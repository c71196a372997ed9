"""Ask for something to be sent or handed over to a member."""

from datetime import datetime
from uuid import UUID

from qunying.fulfilment.events import FULFILMENT_REQUESTED, event_of
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_member
from qunying.stream.record import record


@action
def request_fulfilment(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    source: str,
    source_id: UUID,
    member_id: UUID,
    title: str,
    due_at: datetime,
    quantity: int = 1,
    occasion: str = "",
) -> int:
    """Put a thing into the queue and return its number; asked for twice, it is there once.

    Args:
        source, source_id: the noun that asks, and for which of its records.
        title: what it is, as staff and the member read it.
        due_at: by when it was promised.
        occasion: what the member knows it from.

    Raises:
        MemberNotFound: there is no such member.
    """
    known = Fulfilment.objects.filter(source=source, source_id=source_id).first()
    if known is not None:
        return known.id
    found = Fulfilment.objects.create(
        source=source,
        source_id=source_id,
        member_id=get_member(member_id).id,
        title=title[:100],
        quantity=quantity,
        occasion=occasion[:100],
        requested_at=now,
        due_at=due_at,
    )
    record(event_of(found, FULFILMENT_REQUESTED, now))
    return found.id
