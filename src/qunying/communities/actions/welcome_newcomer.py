"""Welcome somebody who has just joined."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db.models import Q

from qunying.communities.models import Community, Welcome
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.communities.service.wording import filled
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.actions.post_to_community import post_to_community

LASTS = timedelta(hours=2)


@dataclass(frozen=True)
class Welcomed:
    """The post, and whether one was planned already for those who joined just before; None where there is no welcome."""

    send_id: UUID | None = None
    already: bool = False


@action
def welcome_newcomer(
    *, command_id: str, actor: Actor, now: datetime, community_id: UUID, source: str, name: str = ""
) -> Welcomed:
    """Plan the welcome for a source: the community's own before the common one, that of the source before the general one.

    Who joins within the welcome's gathering time shares one post, at its end. Without gathering each newcomer is greeted by name.

    Raises:
        CommunityNotFound: when there is no such community.
    """
    community = Community.objects.filter(pk=community_id).first()
    if community is None:
        raise CommunityNotFound
    welcome = _welcome_for(community, source)
    if welcome is None or community.state == Community.State.CLOSED:
        return Welcomed()
    key, due_at = f"welcome:{command_id}", now
    if welcome.gather_minutes:
        gathering = timedelta(minutes=welcome.gather_minutes)
        number = (now - datetime.fromtimestamp(0, UTC)) // gathering
        key, due_at = (
            f"welcome:{welcome.pk}:{number}",
            datetime.fromtimestamp(0, UTC) + (number + 1) * gathering,
        )
        name = ""
    posted = post_to_community(
        command_id=command_id,
        actor=actor,
        now=now,
        community_id=community.pk,
        channel_id=community.channel_id,
        key=key,
        text=filled(welcome.text, community, now, name=name),
        title=str(Welcome._meta.verbose_name),
        due_at=due_at,
        not_after=due_at + LASTS,
    )
    return Welcomed(posted.send_id, posted.already)


def _welcome_for(community: Community, source: str) -> Welcome | None:
    fitting = Welcome.objects.filter(
        Q(community=community) | Q(community=None), Q(source=source) | Q(source=""), is_active=True
    )
    return max(fitting, key=lambda one: (one.community_id is not None, one.source != ""), default=None)
