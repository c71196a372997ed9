"""Post a text to one community: a welcome, an answer, a notice."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.actions.plan_community_post import ChannelTakesNoPosts, require_short_enough
from qunying.messages.built_in import BY_HAND_ID, POST_TEMPLATE_ID
from qunying.messages.channels.needs import takes_posts
from qunying.messages.models import Purpose, Send, SendPlan
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.sending.planning import Frame, write_one, write_plan


@dataclass(frozen=True)
class Posted:
    """The send, and whether it was planned before."""

    send_id: UUID
    already: bool


@action
def post_to_community(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    community_id: UUID,
    channel_id: UUID | None,
    key: str,
    text: str,
    title: str,
    due_at: datetime,
    not_after: datetime,
    is_promotion: bool = False,
) -> Posted:
    """Plan a post that belongs to no campaign: one per community, key and channel, however often this is called.

    Args:
        channel_id: the community's own channel; None: a person posts it by hand.
        key: names the occasion, at most 90 characters.
        text: what the community reads.
        title: what staff call it.
        due_at, not_after: when it goes out, and when it has lost its point.
        is_promotion: whether it keeps quiet hours.

    Raises:
        ChannelNotFound, ChannelTakesNoPosts, PostTooLong, AlreadyStale.
    """
    channel = get_channel(channel_id or BY_HAND_ID)
    if not takes_posts(channel):
        raise ChannelTakesNoPosts(channel=channel.name)
    step = f"post:{key}"[:100]
    known = Send.objects.filter(community_id=community_id, campaign_id=None, step=step).first()
    if known is not None:
        return Posted(known.pk, already=True)
    frame = Frame(
        audience=SendPlan.Audience.COMMUNITY,
        channel=channel,
        version=get_current_version(POST_TEMPLATE_ID),
        step=step,
        title=title,
        due_at=due_at,
        not_after=not_after,
        planned_at=now,
        planned_by=actor.key,
        purpose=Purpose.PROMOTION if is_promotion else Purpose.SERVICE,
    )
    send = write_one(write_plan(frame), community_id=community_id, variables={"text": text})
    require_short_enough(send, channel, now)
    return Posted(send.pk, already=False)
