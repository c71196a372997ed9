"""Open a board."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from qunying.content.boards.profile import BoardProfile
from qunying.content.models import Board
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor


@dataclass(frozen=True)
class BoardCreated:
    """The new board."""

    board_id: UUID


@action
def create_board(*, command_id: str, actor: Actor, now: datetime, profile: BoardProfile) -> BoardCreated:
    """Open a board, or a read-only mirror of a community's group.

    Raises:
        BadText, BoardFieldInvalid, BoardNameTaken, CommunityNotFound, MirrorNotAgreed, MirrorExists: see the profile.
    """
    return BoardCreated(Board.objects.create(**profile.checked(), created_at=now).pk)
