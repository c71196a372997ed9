"""Bringing an item to a place: what a post says, and what is noted once it is out."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.content.drafting import State
from qunying.content.events import CONTENT_PUBLISHED
from qunying.content.markdown import plain_of
from qunying.content.models import ContentItem, Placement, Variant
from qunying.content.platforms import MEMBER_WEB
from qunying.kernel.actors import Actor
from qunying.messages.actions.create_template import create_template
from qunying.messages.actions.plan_community_post import plan_community_post
from qunying.messages.queries.get_default_channel import get_default_channel
from qunying.messages.queries.list_templates import list_templates
from qunying.messages.sending.links import Link
from qunying.stream.record import NewEvent, record

LINK_LASTS = timedelta(days=180)
LINK_PURPOSE = "content"
STEP = "content:"
# One template for all posts: what a post says comes as a value, so that no text is read as a template.
POST_TEMPLATE = "Content post · 内容发布"


def post_to_community(
    placement: Placement, variant: Variant, *, command_id: str, actor: Actor, now: datetime
) -> None:
    """Plan the post of an item to a community.

    Raises:
        ChannelTakesNoPosts, PostTooLong, ChannelNotFound: what ``plan_community_post`` refuses.
    """
    community = placement.community
    if community is None:
        raise ValueError("not a place in a community")
    channel_id = community.channel_id or get_default_channel().pk
    plan_community_post(
        command_id=command_id,
        actor=actor,
        now=now,
        campaign_id=None,
        step=step_of(placement),
        community_id=community.pk,
        channel_id=channel_id,
        template_id=_post_template(command_id, actor, now),
        due_at=now,
        link=_link(placement, variant, now),
        title=placement.item.title,
        variables={"title": variant.title, "text": post_text(variant)},
    )


def post_text(variant: Variant) -> str:
    """Return what a group reads: words only, with the video or live room at the end."""
    return "\n\n".join(part for part in (plain_of(variant.body), variant.media_link) if part)


def step_of(placement: Placement) -> str:
    """Return what a post's send is called: the place, and its time, so that a post moved after it failed is another one."""
    return f"{STEP}{placement.pk}:{int(placement.planned_at.timestamp())}"


def placement_id_in(step: str) -> UUID | None:
    """Return the place that a send's step names, or None."""
    if not step.startswith(STEP):
        return None
    try:
        return UUID(step.removeprefix(STEP).split(":")[0])
    except ValueError:
        return None


def note_published(placement: Placement, now: datetime) -> None:
    """Write down that an item is to be seen at a place."""
    placement.state, placement.reason, placement.published_at = Placement.State.PUBLISHED, "", now
    placement.save(update_fields=["state", "reason", "published_at", "url"])
    item = placement.item
    if item.state == State.SCHEDULED:
        item.state, item.published_at = State.PUBLISHED, now
        item.save(update_fields=["state", "published_at"])
    record(
        NewEvent(
            type=CONTENT_PUBLISHED,
            occurred_at=now,
            received_at=now,
            content_id=item.pk,
            community_id=placement.community_id,
            properties={"platform": placement.platform, "kind": item.kind},
        )
    )


def has_page(item: ContentItem) -> bool:
    """Tell whether an item has a page of its own on the member web, now or soon."""
    return item.placements.filter(platform=MEMBER_WEB).exclude(state=Placement.State.WITHDRAWN).exists()


def _link(placement: Placement, variant: Variant, now: datetime) -> Link | None:
    """A link through our own page, so that who comes from this community is counted; none when there is nothing to open."""
    if not variant.link and not has_page(placement.item):
        return None
    fields = {"item": str(placement.item_id), "community": str(placement.community_id)}
    return Link(path="/m/content/from/", purpose=LINK_PURPOSE, fields=fields, valid_until=now + LINK_LASTS)


def _post_template(command_id: str, actor: Actor, now: datetime) -> UUID:
    known = list_templates().filter(name=POST_TEMPLATE).first()
    if known is not None:
        return known.pk
    made = create_template(
        command_id=command_id,
        actor=actor,
        now=now,
        name=POST_TEMPLATE,
        purpose="promotion",
        subject="{{ title }}",
        body="{{ text }}",
        variables={"title": "", "text": ""},
    )
    return made.template_id
