"""Take a like back."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from qunying.content.actions.like_post import Liked
from qunying.content.boards.events import BOARD_POST_UNLIKED
from qunying.content.boards.speaking import require_self
from qunying.content.boards.threads import PostNotFound, event_of
from qunying.content.models import Post, PostLike
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.members.queries.get_member import list_own_ids
from qunying.stream.record import record


@action
def unlike_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID, member_id: UUID) -> Liked:
    """Take a member's like back, under whichever of their ids it was given; without one nothing changes.

    Raises:
        PostNotFound: when there is no such post.
    """
    require_self(actor, member_id)
    post = Post.objects.select_related("board").defer("terms").filter(pk=post_id).first()
    if post is None:
        raise PostNotFound
    taken, _rows = PostLike.objects.filter(post=post, member__in=list_own_ids(member_id)).delete()
    if taken:
        Post.objects.filter(pk=post_id).update(like_count=F("like_count") - taken)
        thread = str(post.thread_id or post.pk)
        record(event_of(post, BOARD_POST_UNLIKED, now, by=member_id, thread=thread))
    likes = Post.objects.values_list("like_count", flat=True).get(pk=post_id)
    return Liked(post.thread_id or post.pk, likes, bool(taken))
