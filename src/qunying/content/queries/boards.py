"""Boards, and who keeps order on them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Max, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from qunying.content.models import Board, BoardModerator, Post
from qunying.kernel.problems import Kind, Problem


class BoardNotFound(Problem):
    """There is no such board, or it is closed."""

    code = "board_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such board.")


def get_board(board_id: UUID, *, with_closed: bool = False) -> Board:
    """Return a board.

    Raises:
        BoardNotFound: when there is none, or it is closed and ``with_closed`` does not ask for those.
    """
    board = Board.objects.select_related("community").filter(pk=board_id).first()
    if board is None or (board.state == Board.State.CLOSED and not with_closed):
        raise BoardNotFound
    return board


def is_mirrored(community_id: UUID) -> bool:
    """Tell whether what is said in a community is shown on a board."""
    mirrors = Board.objects.filter(community=community_id, is_mirror=True)
    return mirrors.exclude(state=Board.State.CLOSED).exists()


def list_boards(*, with_closed: bool = False) -> QuerySet[Board]:
    """Return boards in their order, each with ``active_at``, when something was last said in one of its threads."""
    last = Post.objects.filter(board=OuterRef("pk"), thread=None, state=Post.State.PUBLISHED)
    boards = Board.objects.select_related("community").annotate(
        active_at=Subquery(last.order_by("-active_at", "-pk").values("active_at")[:1])
    )
    if not with_closed:
        boards = boards.exclude(state=Board.State.CLOSED)
    return boards.order_by("position", "name")


@dataclass(frozen=True)
class BoardFigures:
    """What happened on a board in a period.

    Attributes:
        threads, replies: begun and given, and still shown.
        people: different members who posted or replied.
        open_questions: questions of the period without a reply from another.
        held: posts that wait for review, whenever they were written.
        last_at: when something was last said.
    """

    threads: int = 0
    replies: int = 0
    people: int = 0
    open_questions: int = 0
    held: int = 0
    last_at: datetime | None = None


def summarise_boards(since: datetime) -> dict[UUID, BoardFigures]:
    """Return the figures of every board since an instant."""
    shown = Q(state=Post.State.PUBLISHED, posted_at__gte=since)
    rows = (
        Post.objects.filter(Q(posted_at__gte=since) | Q(state=Post.State.HELD))
        .values("board")
        .annotate(
            begun=Count("pk", filter=shown & Q(thread=None)),
            given=Count("pk", filter=shown & Q(thread__isnull=False)),
            people=Count("member", distinct=True, filter=shown),
            open_questions=Count(
                "pk", filter=shown & Q(thread=None, is_question=True, answered_at=None, answer=None)
            ),
            held=Count("pk", filter=Q(state=Post.State.HELD)),
            last_at=Max("posted_at", filter=shown),
        )
    )
    return {
        row["board"]: BoardFigures(
            threads=row["begun"],
            replies=row["given"],
            people=row["people"],
            open_questions=row["open_questions"],
            held=row["held"],
            last_at=row["last_at"],
        )
        for row in rows
    }


def list_board_moderators(board_id: UUID) -> QuerySet[BoardModerator]:
    """Return who keeps order on a board."""
    duties = BoardModerator.objects.filter(board=board_id, dismissed_at=None)
    return duties.select_related("member", "staff").order_by("appointed_at", "pk")
