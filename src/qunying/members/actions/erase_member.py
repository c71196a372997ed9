"""A person is erased: what remains leads to nobody."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.person_behind import same_person
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.members.erasing import Erasure, erase_everywhere
from qunying.members.events import MEMBER_ERASED
from qunying.members.models import DataRequest, Tombstone
from qunying.members.queries.get_member import list_own_ids, lock_member
from qunying.stream.record import NewEvent, record


class NotAskedFor(Problem):
    """Nobody has asked for it."""

    code = "erasure_not_asked_for"
    kind = Kind.CONFLICT
    message = _(
        "There is no open request to erase this member. Enter it first; another person then carries it out."
    )


class OwnErasure(Problem):
    """Who has entered the request wants to carry it out."""

    code = "erasure_needs_second_person"
    kind = Kind.FORBIDDEN
    message = _("Who has entered the request does not carry it out. Another person or an owner has to.")


@dataclass(frozen=True)
class MemberErased:
    """Who was erased, and how much of what went."""

    member_id: UUID
    gone: dict[str, int]


@action
def erase_member(*, command_id: str, actor: Actor, now: datetime, member_id: UUID) -> MemberErased:
    """Erase a person as they have asked, everywhere and for good.

    Names, contacts, notes, words and addresses go, also from the events of the stream; the lake follows within the hour.
    Orders, books, prizes and counts stay, on an id that leads to nobody.

    Args:
        member_id: somebody who has asked for it, or for whom another person has entered the request.

    Raises:
        MemberNotFound: there is no such member.
        NotAskedFor: no request is open.
        OwnErasure: the actor has entered it and is no owner.
        SomethingToSend: something is still to be sent to them.
    """
    member = lock_member(member_id)
    ids = tuple(list_own_ids(member.id))
    asked = DataRequest.objects.select_for_update(no_key=True).filter(
        member__in=ids, kind=DataRequest.Kind.ERASURE, state=DataRequest.State.OPEN
    )
    request = asked.first()
    if request is None:
        raise NotAskedFor
    if same_person(actor.key, request.asked_by) and not actor.may("*"):
        raise OwnErasure
    gone = erase_everywhere(Erasure(ids, now))
    DataRequest.objects.filter(member__in=ids, state=DataRequest.State.OPEN).update(
        state=DataRequest.State.DONE, answered_at=now, answered_by=actor.key
    )
    Tombstone.objects.create(member=member, erased_at=now, erased_by=actor.key)
    told = {"actor": actor.key, "asked_by": request.asked_by}
    record(
        NewEvent(type=MEMBER_ERASED, occurred_at=now, received_at=now, member_id=member.id, properties=told)
    )
    return MemberErased(member.id, gone)
