"""Change what one has posted, for a short while."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from qunying.content.boards.events import BOARD_POST_EDITED
from qunying.content.boards.publishing import Posted, settle
from qunying.content.boards.speaking import (
    EDIT_WINDOW,
    Author,
    PostRefused,
    is_own,
    require_not_muted,
    require_self,
    screened,
)
from qunying.content.boards.text import MAX_REPLY, MAX_TEXT, MAX_TITLE, taken_text
from qunying.content.boards.threads import PostNotFound, event_of, index_text, lock_post
from qunying.content.models import Post, PostVersion
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.stream.record import record


class EditWindowOver(Problem):
    """The time for changes is over."""

    code = "edit_window_over"
    kind = Kind.CONFLICT
    message = _("A post can be changed for {minutes} minutes. Write a reply instead.")


@action
def edit_post(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    post_id: UUID,
    text: str,
    title: str = "",
    member_id: UUID | None = None,
) -> Posted:
    """Change a post that is shown or waits; the earlier text is kept. The screen looks at it anew.

    Args:
        post_id: the thread or reply.
        text: the new text.
        title: the new title, of a thread.
        member_id: whose post it is; None for posts of the staff and the brand.

    Raises:
        PostNotFound: when it is not theirs, or neither shown nor waiting.
        EditWindowOver: after thirty minutes, for members.
        SpeakingRestricted, SpeakingForbidden: while the member is muted.
        PostRefused: when the new text does not pass; the old one stays.
        BadText: when it cannot be one.
    """
    if member_id is not None:
        require_self(actor, member_id)
    post = lock_post(post_id)
    own = is_own(post, member_id) if member_id else post.member_id is None and actor.kind != "member"
    if not own or post.state not in {Post.State.PUBLISHED, Post.State.HELD}:
        raise PostNotFound
    if post.member_id is not None:
        if now - post.posted_at > EDIT_WINDOW:
            raise EditWindowOver(minutes=int(EDIT_WINDOW.total_seconds() // 60))
        require_not_muted(post.member_id, post.board.community_id, now)
    is_thread = post.thread_id is None
    plain = taken_text(
        text, field=pgettext("boards", "Text"), max_length=MAX_TEXT if is_thread else MAX_REPLY
    )
    heading = taken_text(title, field=_g("Title"), max_length=MAX_TITLE, lines=False) if is_thread else ""
    told = screened(Author(post.member_id, post.staff_id), post.board, heading, plain)
    if told.state == Post.State.REFUSED:
        raise PostRefused
    PostVersion.objects.create(post=post, title=post.title, text=post.text, replaced_at=now)
    post.title, post.text, post.reasons, post.edited_at = told.title, told.text, told.reasons, now
    post.save(update_fields=["title", "text", "reasons", "edited_at"])
    index_text(post)
    record(event_of(post, BOARD_POST_EDITED, now))
    settle(post, told, now)
    return Posted(post.pk, post.thread_id or post.pk, told.state, told.reasons)
