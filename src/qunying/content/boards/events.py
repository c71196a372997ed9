"""What boards report to the stream. Everything carries the post as ``content_id`` and the board's community."""

from django.utils.translation import gettext_lazy as _

from qunying.stream.events import EventType

_WORDS = {"question": {"yes": _("a question")}}
_POST = {
    "board": "the board",
    "thread": "the thread",
    "reply_to": "the post that it answers",
    "topics": "topics of the thread, with commas between them",
    "question": "yes when the thread is a question",
}
BOARD_POST_PUBLISHED = EventType("board_post_published", _("Began a thread on a board"), _POST, words=_WORDS)
BOARD_REPLY_PUBLISHED = EventType("board_reply_published", _("Replied on a board"), _POST, words=_WORDS)
BOARD_POST_HELD = EventType(
    "board_post_held", _("Post waits for review"), {"board": "the board", "reasons": "what was found"}
)
BOARD_POST_REFUSED = EventType(
    "board_post_refused", _("Post refused"), {"board": "the board", "reasons": "what was found"}
)
BOARD_POST_EDITED = EventType("board_post_edited", _("Edited a post"), {"board": "the board"})
BOARD_POST_DELETED = EventType("board_post_deleted", _("Deleted a post"), {"board": "the board"})
BOARD_POST_HIDDEN = EventType(
    "board_post_hidden",
    _("Post hidden"),
    {"board": "the board", "reference": "the case or decision", "decided_by": "who hid it"},
)
BOARD_POST_RESTORED = EventType(
    "board_post_restored",
    _("Post shown again"),
    {"board": "the board", "reference": "the case or decision", "decided_by": "who restored it"},
)
BOARD_POST_LIKED = EventType(
    "board_post_liked", _("Liked a post"), {"board": "the board", "thread": "the thread"}
)
BOARD_POST_UNLIKED = EventType(
    "board_post_unliked", _("Took a like back"), {"board": "the board", "thread": "the thread"}
)
BOARD_POST_SHARED = EventType("board_post_shared", _("Made a link to share a thread"), {"board": "the board"})
BOARD_SHARE_OPENED = EventType(
    "board_share_opened", _("Shared thread opened"), {"board": "the board", "shared_by": "whose link it was"}
)
BOARD_ANSWER_ACCEPTED = EventType(
    "board_answer_accepted",
    _("Answer accepted"),
    {"board": "the board", "thread": "the question", "accepted_by": "the member who accepted it, or staff"},
)
BOARD_FOLLOWED = EventType("board_followed", _("Follows a board, topic or thread"), {"kind": "which of them"})
BOARD_UNFOLLOWED = EventType(
    "board_unfollowed", _("Follows a board, topic or thread no more"), {"kind": "which of them"}
)
