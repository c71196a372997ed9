"""Write an invitation programme."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.referrals.drafting import ProgrammeIsFixed, Promise, fill, lock_programme
from qunying.referrals.models import Programme


@action
def write_programme(
    *, command_id: str, actor: Actor, now: datetime, promise: Promise, programme_id: UUID | None = None
) -> UUID:
    """Write a new programme as a draft, or a draft anew, and return its id.

    Raises:
        UnknownProgramme, ProgrammeIsFixed, BadProgramme, BadText, ReasonNotFit, UnknownTemplate.
    """
    if programme_id is None:
        programme = Programme(created_by=actor.key, created_at=now)
    else:
        programme = lock_programme(programme_id)
        if programme.state != Programme.State.DRAFT:
            raise ProgrammeIsFixed(name=programme.name)
    fill(programme, promise)
    programme.save()
    return programme.id
