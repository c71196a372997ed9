"""Take over a file of messages that was uploaded."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import MessageImport
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.jobs import run_soon


@action
def start_message_import(
    *, command_id: str, actor: Actor, now: datetime, import_id: UUID, community_id: UUID, file_name: str
) -> UUID:
    """Let the worker take over the file kept under the import's id; return the id.

    Raises:
        CommunityNotFound: when there is no such community.
    """
    community = get_community(community_id)
    MessageImport.objects.create(
        pk=import_id,
        community=community,
        file_name=file_name[:200].replace("\0", ""),
        created_at=now,
        created_by=actor.key,
    )
    run_soon("communities.import_messages", import_id=str(import_id))
    return import_id
