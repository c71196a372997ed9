"""Show a post that waited for review, or was refused by mistake."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.threads import change_state, lock_post
from qunying.content.models import Post
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class Released:
    """The post; ``changed`` is False when it did not wait."""

    post_id: UUID
    changed: bool


@action
def release_post(*, command_id: str, actor: Actor, now: datetime, post_id: UUID) -> Released:
    """Publish a post that the screen held or refused; one that is shown, hidden or deleted stays as it is.

    Raises:
        PostNotFound: when there is none.
    """
    post = lock_post(post_id)
    waits = post.state in {Post.State.HELD, Post.State.REFUSED}
    if waits:
        change_state(post, Post.State.PUBLISHED, now)
    return Released(post.pk, waits)
