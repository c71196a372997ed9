"""Staff answers what a member asked about their data."""

from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.events import MEMBER_ANSWERED
from qunying.members.models import DataRequest
from qunying.members.queries.get_member import resolve_member_id
from qunying.stream.record import NewEvent, record

MAX_ANSWER = 1_000


class DataRequestNotFound(Problem):
    """There is no such request."""

    code = "data_request_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such request.")


class DataRequestAnswered(Problem):
    """The request has its answer."""

    code = "data_request_answered"
    kind = Kind.CONFLICT
    message = _("This request has been answered.")


@action
def answer_data_request(
    *, command_id: str, actor: Actor, now: datetime, request_id: UUID, is_done: bool, answer: str
) -> None:
    """Close a request: done, or refused with the reason. The member reads the answer; what it asks for is done by other actions.

    Raises:
        DataRequestNotFound, DataRequestAnswered, and the problems of texts.
    """
    said = checked_text(answer, field="answer", max_length=MAX_ANSWER, lines=True)
    row = DataRequest.objects.select_for_update(no_key=True).filter(pk=request_id).first()
    if row is None:
        raise DataRequestNotFound
    if row.state != DataRequest.State.OPEN:
        raise DataRequestAnswered
    row.state = DataRequest.State.DONE if is_done else DataRequest.State.REFUSED
    row.answer, row.answered_at, row.answered_by = said, now, actor.key
    row.save()
    record(
        NewEvent(
            type=MEMBER_ANSWERED,
            occurred_at=now,
            received_at=now,
            member_id=resolve_member_id(row.member_id),
            properties={"kind": row.kind, "state": row.state, "actor": actor.key},
        )
    )
