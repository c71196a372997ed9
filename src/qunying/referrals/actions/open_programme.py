"""Open an invitation programme."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.referrals.drafting import ProgrammeIsFixed, lock_programme
from qunying.referrals.models import Programme


class AnotherIsOpen(Problem):
    """One programme runs at a time."""

    code = "another_programme_is_open"
    kind = Kind.CONFLICT
    message = _("“{name}” is open. Close it first: members see one promise at a time.")


@action
def open_programme(*, command_id: str, actor: Actor, now: datetime, programme_id: UUID) -> UUID:
    """Open a draft for members and return its id; from here on it is fixed.

    Raises:
        UnknownProgramme, ProgrammeIsFixed, AnotherIsOpen.
    """
    programme = lock_programme(programme_id)
    if programme.state != Programme.State.DRAFT:
        raise ProgrammeIsFixed(name=programme.name)
    other = Programme.objects.select_for_update(no_key=True).filter(state=Programme.State.OPEN).first()
    if other is not None:
        raise AnotherIsOpen(name=other.name)
    programme.state, programme.opened_at, programme.opened_by = Programme.State.OPEN, now, actor.key
    programme.save()
    return programme.id
