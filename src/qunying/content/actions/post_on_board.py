"""Begin a thread on a board."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _g
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from qunying.content.boards.publishing import Posted, publish
from qunying.content.boards.speaking import author_of, require_may_speak, screened
from qunying.content.boards.text import MAX_TEXT, MAX_TITLE, taken_text, topic_names
from qunying.content.models import Post
from qunying.content.pictures import KeptPicture
from qunying.content.queries.boards import get_board
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MOST_PICTURES = 4


class TooManyPictures(Problem):
    """A post has few pictures."""

    code = "too_many_post_pictures"
    kind = Kind.INVALID
    message = _("A post has at most {most} pictures.")


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
    pictures: Sequence[KeptPicture] = (),
) -> Posted:
    """Begin a thread. It is shown at once, kept for review or refused, as the screen says; either way it is on record.

    Args:
        board_id: where.
        title: one line.
        text: a small markdown: emphasis, lists, quotes, code, links.
        member_id: who says it; None for the staff and the brand itself.
        topics: at most five, each of at most 20 characters.
        is_question: whether an answer is asked for.
        pictures: kept ones, in their order, at most four.

    Raises:
        BoardNotFound, BoardClosed, MemberNotFound: where nobody can post.
        SpeakingRestricted, SpeakingForbidden, PostingTooFast: who may not post now.
        BadText, TopicsInvalid, TooManyPictures: what cannot be posted.
    """
    if len(pictures) > MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    plain_title = taken_text(title, field=_g("Title"), max_length=MAX_TITLE, lines=False)
    plain_text = taken_text(text, field=pgettext("boards", "Text"), max_length=MAX_TEXT)
    names = topic_names(topics)
    author = author_of(actor, member_id)
    board = get_board(board_id)
    require_may_speak(author, board, now, is_reply=False)
    told = screened(author, board, plain_title, plain_text, names)
    return publish(Post(board=board, is_question=is_question), author, told, now, pictures=pictures)
