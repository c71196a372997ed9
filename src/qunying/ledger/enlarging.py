"""More units for a pool, which two people add: finding a proposal that waits."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.ledger.models import Enlargement


class UnitsNotWaiting(Problem):
    """The proposal was decided before, waited too long, or does not exist."""

    code = "units_not_waiting"
    kind = Kind.CONFLICT
    message = _("These units do not wait for a decision any more.")


def waiting_enlargement(enlargement_id: UUID, now: datetime) -> Enlargement:
    """Return a proposal that waits for a decision, locked.

    Raises:
        UnitsNotWaiting: when it does not.
    """
    waiting = Enlargement.objects.select_for_update().filter(
        state=Enlargement.State.PROPOSED, expires_at__gt=now
    )
    found = waiting.filter(pk=enlargement_id).first()
    if found is None:
        raise UnitsNotWaiting
    return found
