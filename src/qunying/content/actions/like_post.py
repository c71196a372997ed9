"""Like a post."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from qunying.content.boards.events import BOARD_POST_LIKED
from qunying.content.boards.speaking import require_self
from qunying.content.boards.threads import PostNotFound, event_of
from qunying.content.models import Board, Post, PostLike
from qunying.content.once import write_once
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import get_living_member
from qunying.stream.record import record


@dataclass(frozen=True)
class Liked:
    """How many like the post now; ``changed`` is False when nothing had to be done."""

    thread_id: UUID
    likes: int
    changed: bool


@action
def like_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID, member_id: UUID) -> Liked:
    """Like a post. Liking it again changes nothing: the like is a row of which there is one.

    Raises:
        PostNotFound: when it is not shown.
        MemberNotFound: when there is no such member.
    """
    require_self(actor, member_id)
    member = get_living_member(member_id)
    post = Post.objects.select_related("board").defer("terms").filter(pk=post_id).first()
    if post is None or post.state != Post.State.PUBLISHED or post.board.state == Board.State.CLOSED:
        raise PostNotFound
    _like, changed = write_once(
        PostLike.objects, member.id, about={"post": post}, first={"liked_at": now}, guard="like"
    )
    if changed:
        Post.objects.filter(pk=post_id).update(like_count=F("like_count") + 1)
        thread = str(post.thread_id or post.pk)
        record(event_of(post, BOARD_POST_LIKED, now, by=member.id, thread=thread))
    likes = Post.objects.values_list("like_count", flat=True).get(pk=post_id)
    return Liked(post.thread_id or post.pk, likes, changed)
