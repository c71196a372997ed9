"""Finding and locking a case, and telling the stream what became of it."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.acts import Act
from qunying.kernel.problems import Kind, Problem
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record
from qunying.vetting.events import REWARD_REFUSED, REWARD_RELEASED
from qunying.vetting.models import Case
from qunying.vetting.subjects import subject_of


class UnknownCase(Problem):
    """There is no such case."""

    code = "unknown_held_case"
    kind = Kind.NOT_FOUND
    message = _("There is no such case.")


class CaseDecided(Problem):
    """Somebody has decided it meanwhile."""

    code = "held_case_decided"
    kind = Kind.CONFLICT
    message = _("This has been decided: {state}.")


def lock_case(case_id: UUID) -> Case:
    """Return a case, its row held until the transaction ends.

    Raises:
        UnknownCase.
    """
    case = Case.objects.select_for_update(no_key=True).filter(pk=case_id).first()
    if case is None:
        raise UnknownCase
    return case


def carry_out(case: Case, act: Act) -> None:
    """Do to the thing what has been decided, save the case and tell the stream."""
    subject = subject_of(case.subject_kind)
    released = case.state == Case.State.RELEASED
    case.save()
    (subject.release if released else subject.refuse)(case.subject_id, act)
    tell(REWARD_RELEASED if released else REWARD_REFUSED, case, act["now"])


def tell(event: EventType, case: Case, now: datetime) -> None:
    """Record an event about a case."""
    record(
        NewEvent(
            type=event,
            occurred_at=now,
            received_at=now,
            member_id=case.member_id,
            properties={
                "subject": case.subject_kind,
                "subject_id": str(case.subject_id),
                "reasons": ",".join(case.reasons),
            },
        )
    )
