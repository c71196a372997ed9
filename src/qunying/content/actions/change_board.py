"""Change what a board is."""

from datetime import datetime
from uuid import UUID

from qunying.content.actions.create_board import BoardCreated
from qunying.content.boards.profile import BoardProfile
from qunying.content.models import Board
from qunying.content.queries.boards import get_board
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@action
def change_board(
    *, command_id: str, actor: Actor, now: datetime, board_id: UUID, profile: BoardProfile
) -> BoardCreated:
    """Replace what a board says of itself; closing it takes its threads out of sight, opening brings them back.

    Raises:
        BoardNotFound: when there is none.
        BadText, BoardFieldInvalid, BoardNameTaken, CommunityNotFound, MirrorNotAgreed, MirrorExists: see the profile.
    """
    board = get_board(board_id, with_closed=True)
    Board.objects.filter(pk=board.pk).update(**profile.checked(board.pk))
    return BoardCreated(board.pk)
