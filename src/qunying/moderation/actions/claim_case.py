"""Take a case to look at, so that nobody else decides it meanwhile."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import Case
from qunying.moderation.queries.get_case import get_case

LEASE = timedelta(minutes=10)


class CaseTaken(Problem):
    """Somebody else looks at the case."""

    code = "case_taken"
    kind = Kind.CONFLICT
    message = _("Somebody else is looking at this case at the moment.")


class CaseDecided(Problem):
    """The case was decided before."""

    code = "case_decided_before"
    kind = Kind.CONFLICT
    message = _("This case was decided before.")


@dataclass(frozen=True)
class Claimed:
    """Until when the case is kept for who took it."""

    case_id: UUID
    until: datetime


@action
def claim_case(*, command_id: str, actor: Actor, now: datetime, case_id: UUID) -> Claimed:
    """Keep a case for ten minutes; taking it again keeps it longer. Nobody has to give it back.

    Raises:
        CaseNotFound: there is no such case.
        CaseDecided: it was decided before.
        CaseTaken: somebody else has it.
    """
    until = now + LEASE
    free = Q(claimed_until=None) | Q(claimed_until__lte=now) | Q(claimed_by=actor.key)
    rows = Case.objects.filter(pk=case_id, state=Case.State.OPEN)
    if disabled_guard("moderation.claim"):
        is_free = rows.filter(free).exists()
        failpoint("moderation.claim_checked")
        taken = rows.update(claimed_by=actor.key, claimed_until=until) if is_free else 0
    else:
        taken = rows.filter(free).update(claimed_by=actor.key, claimed_until=until)
    if not taken:
        raise CaseTaken if get_case(case_id).state == Case.State.OPEN else CaseDecided
    return Claimed(case_id, until)
