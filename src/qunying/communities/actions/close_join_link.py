"""Close a link into a community."""

from datetime import datetime
from uuid import UUID

from qunying.communities.models import JoinLink
from qunying.communities.queries.get_community import JoinLinkNotFound
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def close_join_link(*, command_id: str, actor: Actor, now: datetime, link_id: UUID) -> None:
    """Let nobody in through the link any more.

    Raises:
        JoinLinkNotFound: when it does not exist or is closed.
    """
    if not JoinLink.objects.filter(pk=link_id, closed_at=None).update(closed_at=now):
        raise JoinLinkNotFound
