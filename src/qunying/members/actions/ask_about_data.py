"""A member asks to have their data put right, or erased."""

from datetime import datetime, timedelta
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.wording import checked_text
from qunying.members.events import MEMBER_ASKED
from qunying.members.models import DataRequest
from qunying.members.queries.get_member import lock_living_member
from qunying.stream.record import NewEvent, record

MAX_TEXT = 1_000
ANSWERED_WITHIN = timedelta(days=15)  # what Chinese practice under PIPL Art. 50 takes as “in time”


class BadDataRequest(Problem):
    """There is no such kind of request."""

    code = "bad_data_request"
    kind = Kind.INVALID
    message = _("“{asked}” is not “correction” or “erasure”.")


class AskedAlready(Problem):
    """A request of this kind waits for its answer."""

    code = "asked_already"
    kind = Kind.CONFLICT
    message = _("We have such a request of yours already and will answer it.")


@action
def ask_about_data(
    *, command_id: str, actor: Actor, now: datetime, member_id: UUID, kind: str, text: str
) -> UUID:
    """Keep a request for staff to answer, and return its id.

    Args:
        kind: ``correction`` or ``erasure``.
        text: what is wrong, or why; at most 1,000 signs.

    Raises:
        MemberNotFound, BadDataRequest, AskedAlready, and the problems of texts.
    """
    if kind not in DataRequest.Kind.values:
        raise BadDataRequest(asked=kind[:20])
    said = checked_text(text, field="text", max_length=MAX_TEXT, lines=True)
    member = lock_living_member(member_id)
    if DataRequest.objects.filter(member=member, kind=kind, state=DataRequest.State.OPEN).exists():
        raise AskedAlready
    row = DataRequest.objects.create(
        member=member,
        kind=kind,
        text=said,
        asked_at=now,
        due_at=now + ANSWERED_WITHIN,
        asked_by=actor.key,
    )
    record(
        NewEvent(
            type=MEMBER_ASKED,
            occurred_at=now,
            received_at=now,
            member_id=member.pk,
            properties={"kind": kind},
        )
    )
    return row.pk
