"""Begin a thread on a board."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _

from qunying.content.boards.publishing import Posted, publish
from qunying.content.boards.speaking import author_of, require_may_speak, screened
from qunying.content.boards.text import MAX_TEXT, MAX_TITLE, taken_text, topic_names
from qunying.content.models import Post
from qunying.content.queries.boards import get_board
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def post_on_board(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    board_id: UUID,
    title: str,
    text: str,
    member_id: UUID | None = None,
    topics: Sequence[str] = (),
    is_question: bool = False,
    picture_ids: Sequence[UUID] = (),
) -> Posted:
    """Begin a thread. It is shown at once, kept for review or refused, as the screen says; either way it is on record.

    Args:
        board_id: where.
        title: one line.
        text: a small markdown: emphasis, lists, quotes, code, links.
        member_id: who says it; None for the staff and the brand itself.
        topics: at most five, each of at most 20 characters.
        is_question: whether an answer is asked for.
        picture_ids: of stored pictures, in their order.

    Raises:
        BoardNotFound, BoardClosed, MemberNotFound: where nobody can post.
        SpeakingRestricted, SpeakingForbidden, PostingTooFast: who may not post now.
        BadText, TopicsInvalid: what cannot be posted.
    """
    plain_title = taken_text(title, field=_("Title"), max_length=MAX_TITLE, lines=False)
    plain_text = taken_text(text, field=_("Text"), max_length=MAX_TEXT)
    names = topic_names(topics)
    author = author_of(actor, member_id)
    board = get_board(board_id)
    require_may_speak(author, board, now, is_reply=False)
    told = screened(author, board, plain_title, plain_text, names)
    return publish(Post(board=board, is_question=is_question), author, told, now, picture_ids=picture_ids)
