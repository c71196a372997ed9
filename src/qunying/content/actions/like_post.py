"""Like a post."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F

from qunying.content.boards.events import BOARD_POST_LIKED
from qunying.content.boards.speaking import require_self
from qunying.content.boards.threads import PostNotFound, event_of
from qunying.content.models import Board, Post, PostLike
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.members.queries.get_member import get_member, list_own_ids
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
    member = get_member(member_id)
    post = Post.objects.select_related("board").defer("terms").filter(pk=post_id).first()
    if post is None or post.state != Post.State.PUBLISHED or post.board.state == Board.State.CLOSED:
        raise PostNotFound
    changed = _insert(post, member.id, now)
    if changed:
        Post.objects.filter(pk=post_id).update(like_count=F("like_count") + 1)
        thread = str(post.thread_id or post.pk)
        record(event_of(post, BOARD_POST_LIKED, now, by=member.id, thread=thread))
    likes = Post.objects.values_list("like_count", flat=True).get(pk=post_id)
    return Liked(post.thread_id or post.pk, likes, changed)


def _insert(post: Post, member_id: UUID, now: datetime) -> bool:
    """Write the like; False when it was there. The unique row decides, not a look beforehand."""
    if disabled_guard("like.once"):  # a look beforehand, for the twin of the race test
        new = not PostLike.objects.filter(post=post, member=member_id).exists()
        failpoint("like.looked")
        PostLike.objects.bulk_create(
            [PostLike(post=post, member_id=member_id, liked_at=now)], ignore_conflicts=True
        )
        return new
    if PostLike.objects.filter(post=post, member__in=list_own_ids(member_id)).exists():
        return False  # the usual case; also under an id that was merged into this member
    return PostLike.objects.get_or_create(post=post, member_id=member_id, defaults={"liked_at": now})[1]
