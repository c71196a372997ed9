"""Finding and locking what is on its way, and the problems of its life."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.fulfilment.models import Fulfilment, PickupPlace
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids


class UnknownFulfilment(Problem):
    """There is no such fulfilment, or it is somebody else's."""

    code = "unknown_fulfilment"
    kind = Kind.NOT_FOUND
    message = _("There is nothing on its way under this number.")


class FulfilmentState(Problem):
    """The fulfilment is not in the state that the step needs."""

    code = "fulfilment_state"
    kind = Kind.CONFLICT
    message = _("No. {number} is “{state}”: that cannot be done now.")


class UnknownPlace(Problem):
    """There is no such place, or it cannot be chosen."""

    code = "unknown_place"
    kind = Kind.NOT_FOUND
    message = _("Things cannot be picked up there.")


def lock_fulfilment(number: int, *states: Fulfilment.State) -> Fulfilment:
    """Return a fulfilment in one of the states, held until the transaction ends.

    Raises:
        UnknownFulfilment, FulfilmentState.
    """
    found = Fulfilment.objects.select_for_update().filter(pk=number).first()
    if found is None:
        raise UnknownFulfilment
    if found.state not in states:
        raise refuse_state(found)
    return found


def lock_own(number: int, member_id: UUID, *states: Fulfilment.State) -> Fulfilment:
    """Return a member's fulfilment, under whatever id it was theirs, held until the transaction ends.

    Raises:
        UnknownFulfilment: also for one of somebody else.
        FulfilmentState.
    """
    if not Fulfilment.objects.filter(pk=number, member_id__in=list_own_ids(member_id)).exists():
        raise UnknownFulfilment
    return lock_fulfilment(number, *states)


def refuse_state(found: Fulfilment) -> FulfilmentState:
    """Return the problem that says in which state it is."""
    return FulfilmentState(number=found.id, state=str(found.get_state_display()))


def find_place(place_id: UUID) -> PickupPlace:
    """Return a place that can be chosen.

    Raises:
        UnknownPlace.
    """
    place = PickupPlace.objects.filter(pk=place_id, is_open=True).first()
    if place is None:
        raise UnknownPlace
    return place
