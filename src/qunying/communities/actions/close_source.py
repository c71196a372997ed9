"""Stop listening to a source."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import MessageSource
from qunying.communities.queries.get_source import SourceNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def close_source(*, command_id: str, actor: Actor, now: datetime, source_id: UUID) -> None:
    """Refuse whatever the source delivers from now on; what it brought stays. Closing twice changes nothing.

    Raises:
        SourceNotFound: when there is no such source.
    """
    if not MessageSource.objects.filter(pk=source_id).exists():
        raise SourceNotFound
    MessageSource.objects.filter(pk=source_id, closed_at=None).update(closed_at=now)
