"""What one person proposes and another decides: corrections by hand, more units for a pool."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import same_person
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.ledger.entries import check_reason
from qunying.ledger.models import Adjustment, Enlargement

type Proposal = Adjustment | Enlargement

WAITING_TIME = timedelta(days=7)


class ReasonMissing(Problem):
    """A proposal needs a reason, a correction its evidence as well."""

    code = "reason_missing"
    kind = Kind.INVALID
    message = _("Say why, and where the evidence is.")


class AdjustmentNotWaiting(Problem):
    """The correction was decided before, waited too long, or does not exist."""

    code = "adjustment_not_waiting"
    kind = Kind.CONFLICT
    message = _("This correction does not wait for a decision any more.")


class UnitsNotWaiting(Problem):
    """The units were decided on before, waited too long, or nobody asked for them."""

    code = "units_not_waiting"
    kind = Kind.CONFLICT
    message = _("These units do not wait for a decision any more.")


class SecondPersonNeeded(Problem):
    """Nobody approves what they proposed."""

    code = "second_person_needed"
    kind = Kind.CONFLICT
    message = _("Another person has to approve this.")


_NOT_WAITING = {Adjustment: AdjustmentNotWaiting, Enlargement: UnitsNotWaiting}


def checked_words(*texts: str) -> tuple[str, ...]:
    """Return the reason, and the evidence if there must be one, without spaces around them.

    Raises:
        ReasonMissing: one of them is empty.
        ReasonNotFit: the reason names a person's contact.
    """
    checked = tuple(text.strip() for text in texts)
    if not all(checked):
        raise ReasonMissing
    check_reason(checked[0])
    return checked


def waiting[P: (Adjustment, Enlargement)](proposals: type[P], now: datetime) -> QuerySet[P]:
    """Return the proposals of a kind that wait for a decision."""
    return proposals.objects.filter(state=proposals.State.PROPOSED, expires_at__gt=now)


def lock_waiting[P: (Adjustment, Enlargement)](proposals: type[P], proposal_id: UUID, now: datetime) -> P:
    """Return a proposal that waits for a decision, locked.

    Raises:
        AdjustmentNotWaiting, UnitsNotWaiting: when it does not.
    """
    found = waiting(proposals, now).select_for_update().filter(pk=proposal_id).first()
    if found is None:
        raise _NOT_WAITING[proposals]
    return found


def require_second_person(proposal: Proposal, actor: Actor) -> None:
    """See to it that nobody approves what they proposed, not even through a key of theirs.

    Raises:
        SecondPersonNeeded: the actor proposed it, or the person behind the actor did.
    """
    if same_person(actor.key, proposal.proposed_by):
        raise SecondPersonNeeded


def note_decision(proposal: Proposal, state: str, *, decided_by: str, now: datetime) -> None:
    """Write down how it was decided, by whom."""
    proposal.state, proposal.decided_by, proposal.decided_at = state, decided_by, now
    proposal.save()
