"""Posts as a reader of the member web sees them: names, texts as HTML, and what they may do."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.utils.safestring import SafeString

from qunying.content.boards.names import list_public_names
from qunying.content.boards.speaking import EDIT_WINDOW
from qunying.content.boards.text import excerpt, shown_text
from qunying.content.models import BoardModerator, Post, PostLike, PostPicture, PostTopic, Topic
from qunying.honours.queries.list_badges import Held, list_held
from qunying.members.queries.get_member import list_own_ids

SIGNS_SHOWN = 3


@dataclass(frozen=True)
class PostView:
    """A post for a reader. ``author`` is empty for the brand itself."""

    post: Post
    author: str
    is_moderator: bool
    html: SafeString
    excerpt: str
    quote: str = ""
    quoted_author: str = ""
    is_liked: bool = False
    is_own: bool = False
    may_edit: bool = False
    topics: list[Topic] = field(default_factory=list)
    pictures: list[UUID] = field(default_factory=list)
    badges: list[Held] = field(default_factory=list)


def describe_posts(
    posts: Sequence[Post], now: datetime, reader_id: UUID | None = None, *, is_list: bool = False
) -> list[PostView]:
    """Return posts in their order, with few queries for all of them.

    Args:
        posts: with their boards, and replies with what they quote.
        now: the present instant.
        reader_id: the member who reads; None for anybody.
        is_list: leave out pictures and what the reader likes, which lists of threads do not show.
    """
    ids = [post.pk for post in posts]
    own_ids = list_own_ids(reader_id) if reader_id else []
    authors = {post.member_id for post in posts if post.member_id}
    authors |= {post.quoted.member_id for post in posts if post.quoted and post.quoted.member_id}
    names = list_public_names(authors)
    badges = list_held(authors)
    whole = [] if is_list else ids
    liked = set(PostLike.objects.filter(post__in=whole, member__in=own_ids).values_list("post", flat=True))
    duties = BoardModerator.objects.filter(
        board__in={post.board_id for post in posts}, member__in=authors, dismissed_at=None
    )
    moderators = set(duties.values_list("board", "member"))
    topics: dict[UUID, list[Topic]] = {}
    named = PostTopic.objects.filter(post__in=ids, topic__is_hidden=False).select_related("topic")
    for link in named.order_by("pk"):
        topics.setdefault(link.post_id, []).append(link.topic)
    pictures: dict[UUID, list[UUID]] = {}
    for post_id, picture_id in (
        PostPicture.objects.filter(post__in=whole).order_by("position").values_list("post", "picture")
    ):
        pictures.setdefault(post_id, []).append(picture_id)
    return [
        PostView(
            post=post,
            author=names.get(post.member_id, "") if post.member_id else "",
            is_moderator=(post.board_id, post.member_id) in moderators,
            html=shown_text(post.text),
            excerpt=excerpt(post.text, 100),
            quote=_quote(post),
            quoted_author=names.get(post.quoted.member_id, "")
            if post.quoted and post.quoted.member_id
            else "",
            is_liked=post.pk in liked,
            is_own=post.member_id in own_ids,
            may_edit=post.member_id in own_ids and now - post.posted_at <= EDIT_WINDOW,
            topics=topics.get(post.pk, []),
            pictures=pictures.get(post.pk, []),
            badges=badges.get(post.member_id, [])[:SIGNS_SHOWN] if post.member_id else [],
        )
        for post in posts
    ]


def _quote(post: Post) -> str:
    """Return what a reply quotes; nothing of what is not shown any more."""
    if post.quoted is None or post.quoted.state != Post.State.PUBLISHED:
        return ""
    return excerpt(post.quoted.text, 120)
