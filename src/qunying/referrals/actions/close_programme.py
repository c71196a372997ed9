"""Close an invitation programme."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.referrals.drafting import lock_programme
from qunying.referrals.models import Programme


class ProgrammeNotOpen(Problem):
    """The programme is not open."""

    code = "programme_not_open"
    kind = Kind.CONFLICT
    message = _("No invitation programme is open at the moment.")


@action
def close_programme(*, command_id: str, actor: Actor, now: datetime, programme_id: UUID) -> UUID:
    """Let nobody new in, and return the programme's id. What was promised to those who are in stays promised.

    Raises:
        UnknownProgramme, ProgrammeNotOpen.
    """
    programme = lock_programme(programme_id)
    if programme.state != Programme.State.OPEN:
        raise ProgrammeNotOpen
    programme.state, programme.closed_at = Programme.State.CLOSED, now
    programme.save()
    return programme.id
