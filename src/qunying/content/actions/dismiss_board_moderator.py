"""Take the duty of keeping order on a board back."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.content.models import BoardModerator
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class DutyNotFound(Problem):
    """There is no such duty."""

    code = "duty_not_found"
    kind = Kind.NOT_FOUND
    message = _("This person is no moderator of the board.")


@dataclass(frozen=True)
class Dismissed:
    """Whether the duty ended with this."""

    changed: bool


@action
def dismiss_board_moderator(*, command_id: str, actor: Actor, now: datetime, duty_id: int) -> Dismissed:
    """End a board moderator's duty; what they did stays done.

    Raises:
        DutyNotFound: when there is none.
    """
    duty = BoardModerator.objects.filter(pk=duty_id).first()
    if duty is None:
        raise DutyNotFound
    ended = BoardModerator.objects.filter(pk=duty_id, dismissed_at=None).update(dismissed_at=now)
    return Dismissed(bool(ended))
