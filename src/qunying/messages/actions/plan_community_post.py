"""Plan one post to a community, through the community's own channel."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.channels.needs import takes_posts
from qunying.messages.channels.robots import ROBOTS, is_robot, limit_of, robot_text
from qunying.messages.models import Channel, Send, SendPlan
from qunying.messages.queries.get_channel import get_channel
from qunying.messages.queries.get_template import get_current_version
from qunying.messages.sending.compose import compose
from qunying.messages.sending.links import Link, stored_link
from qunying.messages.sending.planning import Frame, write_one, write_plan


class ChannelTakesNoPosts(Problem):
    """The channel reaches single persons only."""

    code = "channel_takes_no_posts"
    kind = Kind.INVALID
    message = _("“{channel}” writes to single members. It cannot post to a community.")


class PostTooLong(Problem):
    """The provider would refuse the text."""

    code = "post_too_long"
    kind = Kind.INVALID
    message = _("The post has {bytes} bytes; this channel takes {limit}. Shorten the text.")


class PostOfTooManyCharacters(Problem):
    """The provider would refuse the text, and counts in characters."""

    code = "post_too_many_characters"
    kind = Kind.INVALID
    message = _("The post has {characters} characters; this channel takes {limit}. Shorten the text.")


@dataclass(frozen=True)
class PostPlanned:
    """The post, and whether it was planned before."""

    send_id: UUID
    already: bool


@action
def plan_community_post(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    campaign_id: UUID | None,
    step: str,
    community_id: UUID,
    channel_id: UUID,
    template_id: UUID,
    due_at: datetime,
    link: Link | None = None,
    title: str = "",
    not_after: datetime | None = None,
    variables: Mapping[str, str] | None = None,
) -> PostPlanned:
    """Plan a post of a campaign: one per community, step and channel, however often this is called.

    Its link carries nobody's name. It keeps quiet hours like any promotion; daily limits are for messages to
    persons.

    Args:
        campaign_id: None for what belongs to no campaign; its step has to tell it from everything else.
        community_id: where it goes.
        channel_id: the community's own channel: a robot, a webhook or the mailbox.
        variables: values for the text, beside the brand's name and the link.

    The other arguments are those of ``plan_sends``.

    Raises:
        ChannelNotFound, TemplateNotFound, TemplateWithdrawn, ChannelTakesNoPosts, PostTooLong,
        PostOfTooManyCharacters,
        BadLinkTarget, AlreadyStale.
    """
    channel = get_channel(channel_id)
    if not takes_posts(channel):
        raise ChannelTakesNoPosts(channel=channel.name)
    known = Send.objects.filter(
        community_id=community_id, campaign_id=campaign_id, step=step, channel=channel
    ).first()
    if known is not None:
        return PostPlanned(known.pk, already=True)
    frame = Frame(
        audience=SendPlan.Audience.COMMUNITY,
        channel=channel,
        version=get_current_version(template_id),
        campaign_id=campaign_id,
        step=step,
        title=title,
        link=stored_link(link),
        due_at=due_at,
        not_after=not_after,
        planned_at=now,
        planned_by=actor.key,
    )
    send = write_one(write_plan(frame), community_id=community_id, variables=variables)
    require_short_enough(send, channel, now)
    return PostPlanned(send.pk, already=False)


def require_short_enough(send: Send, channel: Channel, now: datetime) -> None:
    """Refuse a post that the provider would refuse for its length.

    Raises:
        PostTooLong, PostOfTooManyCharacters: when it would.
    """
    if not is_robot(channel.kind):
        return
    robot, limit = ROBOTS[channel.kind], limit_of(channel)
    text = compose([send], now)[send.pk]
    size = robot.measure(robot_text(text.subject, text.body))
    if size > limit:
        raise (
            PostTooLong(bytes=size, limit=limit)
            if robot.counts_bytes
            else PostOfTooManyCharacters(characters=size, limit=limit)
        )
