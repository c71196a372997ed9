"""Note a file of messages that was uploaded, to be looked at before it is taken over."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import MessageImport
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def receive_message_import(
    *, command_id: str, actor: Actor, now: datetime, import_id: UUID, community_id: UUID, file_name: str
) -> UUID:
    """Note the file kept under the import's id; return the id.

    Raises:
        CommunityNotFound: when there is no such community.
    """
    community = get_community(community_id)
    MessageImport.objects.create(
        pk=import_id,
        community=community,
        file_name=file_name[:200].replace("\0", ""),
        state=MessageImport.State.UPLOADED,
        created_at=now,
        created_by=actor.key,
    )
    return import_id
