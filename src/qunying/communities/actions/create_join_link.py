"""Make a link into a community for one source."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.communities.models import JoinLink
from qunying.communities.queries.get_community import get_community
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text


@dataclass(frozen=True)
class JoinLinkCreated:
    """The link of the source; the same source always has the same link."""

    link_id: UUID
    token: str


@action
def create_join_link(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, source: str
) -> JoinLinkCreated:
    """Return the join link of a source, made or opened again when needed.

    Args:
        source: where the link will be seen, e.g. ``parcel card`` or ``live room``.

    Raises:
        CommunityNotFound: when there is no such community.
        BadText: when the source is empty or too long.
    """
    community = get_community(community_id)
    link, _created = JoinLink.objects.get_or_create(
        community=community,
        source=checked_text(source, field="source", max_length=100),
        defaults={"token": secrets.token_urlsafe(16), "created_at": now},
    )
    if link.closed_at is not None:
        link.closed_at = None
        link.save(update_fields=["closed_at"])
    return JoinLinkCreated(link.id, link.token)
