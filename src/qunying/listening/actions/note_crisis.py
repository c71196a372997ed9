"""Write a line into the timeline of a crisis."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.listening.models import CrisisEntry
from qunying.listening.queries.get_crisis import lock_open_crisis


@action
def note_crisis(*, command_id: str, actor: Actor, now: datetime, crisis_id: UUID, text: str) -> None:
    """Note what happened or was done; a line is never changed.

    Raises:
        CrisisNotFound, CrisisClosed, BadText.
    """
    crisis = lock_open_crisis(crisis_id)
    words = checked_text(text, field="text", max_length=2000, lines=True)
    CrisisEntry.objects.create(crisis=crisis, kind=CrisisEntry.Kind.NOTE, text=words, at=now, by=actor.key)
