"""From a text to a post: stored, screened, made findable, announced."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.events import BOARD_POST_HELD, BOARD_POST_REFUSED
from qunying.content.boards.speaking import Author, Screened
from qunying.content.boards.threads import change_state, event_of, index_text, set_topics
from qunying.content.models import Picture, Post, PostPicture
from qunying.content.pictures import KeptPicture
from qunying.stream.record import record


@dataclass(frozen=True)
class Posted:
    """What became of it: ``published``, ``held`` until somebody has looked, or ``refused``; and what was found."""

    post_id: UUID
    thread_id: UUID
    state: str
    reasons: list[str]


def publish(
    post: Post,
    author: Author,
    text: Screened,
    now: datetime,
    *,
    pictures: Sequence[KeptPicture] = (),
) -> Posted:
    """Store a new post and show it, unless the screen says otherwise."""
    post.member_id, post.staff_id = author.member_id, author.staff_id
    post.title, post.text, post.reasons = text.title, text.text, text.reasons
    post.posted_at = post.active_at = now
    post.state = Post.State.HELD
    post.save(force_insert=True)
    index_text(post)
    _keep_pictures(post, pictures, now)
    set_topics(post, text.topics, now)
    settle(post, text, now)
    return Posted(post.pk, post.thread_id or post.pk, text.state, text.reasons)


def _keep_pictures(post: Post, pictures: Sequence[KeptPicture], now: datetime) -> None:
    by = f"member:{post.member_id}" if post.member_id else "brand"
    made = [Picture(**kept.__dict__, uploaded_by=by, created_at=now) for kept in pictures]
    Picture.objects.bulk_create(made)
    PostPicture.objects.bulk_create(
        PostPicture(post=post, picture=picture, position=place) for place, picture in enumerate(made)
    )


def settle(post: Post, text: Screened, now: datetime) -> None:
    """Bring a stored post into the state that the screen decided, and tell the stream when it is not shown."""
    change_state(post, text.state, now)
    kinds = {Post.State.HELD.value: BOARD_POST_HELD, Post.State.REFUSED.value: BOARD_POST_REFUSED}
    if kind := kinds.get(text.state):
        record(event_of(post, kind, now, reasons=",".join(text.reasons)))
