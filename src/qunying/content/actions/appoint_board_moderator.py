"""Give somebody the duty of keeping order on a board."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.content.models import BoardModerator
from qunying.content.queries.boards import get_board
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import get_living_member


class NobodyNamed(Problem):
    """A duty is one person's."""

    code = "nobody_named"
    kind = Kind.INVALID
    message = _("Name one member or one of the staff.")


@dataclass(frozen=True)
class Appointed:
    """The duty; ``already`` when the person had it."""

    duty_id: int
    already: bool


@action
def appoint_board_moderator(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    board_id: UUID,
    member_id: UUID | None = None,
    staff_id: UUID | None = None,
) -> Appointed:
    """Make a member or one of the staff a moderator of a board.

    A member may then pin and lock its threads, hide posts of members, and accept answers.

    Raises:
        BoardNotFound, MemberNotFound: when there is no such thing.
        NobodyNamed: when not exactly one active person is named.
    """
    board = get_board(board_id, with_closed=True)
    if (member_id is None) == (staff_id is None):
        raise NobodyNamed
    if staff_id is not None and find_staff(staff_id) is None:
        raise NobodyNamed
    person = {"member_id": get_living_member(member_id).id} if member_id else {"staff_id": staff_id}
    duty, new = BoardModerator.objects.get_or_create(
        board=board, dismissed_at=None, **person, defaults={"appointed_at": now}
    )
    return Appointed(duty.pk, not new)
