"""The queue as staff and members look at it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from qunying.fulfilment.addresses import Address, masked, open_address
from qunying.fulfilment.finding import UnknownFulfilment
from qunying.fulfilment.models import Fulfilment, PickupPlace
from qunying.members.queries.get_member import list_own_ids

State, Way = Fulfilment.State, Fulfilment.Way
MOST_PACKED = 2_000


def views(now: datetime) -> dict[str, Q]:
    """Return the views of the queue: each with what is in it."""
    waits = Q(state=State.TO_SEND)
    return {
        "ready": waits & Q(way=Way.POST),
        "waiting": waits & Q(way=Way.OPEN),
        "pickup": waits & Q(way=Way.PICKUP),
        "overdue": waits & Q(due_at__lt=now),
        **{str(state): Q(state=state) for state in State if state != State.TO_SEND},
        "all": Q(),
    }


def list_fulfilments(now: datetime, *, view: str = "all", source: str = "") -> QuerySet[Fulfilment]:
    """Return what is in a view of the queue (``ready``, ``waiting``, ``pickup``, ``overdue``, a state, ``all``)."""
    found = Fulfilment.objects.filter(views(now).get(view, Q())).select_related("member", "place")
    return found.filter(source=source) if source else found


def count_views(now: datetime) -> dict[str, int]:
    """Return how many are in each view that waits for somebody."""
    open_views = {
        name: view for name, view in views(now).items() if name in {"ready", "waiting", "pickup", "overdue"}
    }
    waits = Fulfilment.objects.filter(state=State.TO_SEND)
    return waits.aggregate(**{name: Count("id", filter=view) for name, view in open_views.items()})


def list_ready() -> QuerySet[Fulfilment]:
    """Return what can be packed, due soonest first; at most 2,000."""
    ready = Fulfilment.objects.filter(state=State.TO_SEND, way=Way.POST)
    return ready.select_related("member").order_by("due_at", "id")[:MOST_PACKED]


def get_fulfilment(number: int) -> Fulfilment:
    """Return a fulfilment.

    Raises:
        UnknownFulfilment: when there is none.
    """
    found = Fulfilment.objects.select_related("member", "place").filter(pk=number).first()
    if found is None:
        raise UnknownFulfilment
    return found


def get_own(number: int, member_id: UUID) -> Fulfilment:
    """Return a member's fulfilment.

    Raises:
        UnknownFulfilment: also for one of somebody else.
    """
    found = get_fulfilment(number)
    if found.member_id not in list_own_ids(member_id):
        raise UnknownFulfilment
    return found


def list_own(member_id: UUID) -> QuerySet[Fulfilment]:
    """Return what a member gets or got, under all of their ids."""
    return Fulfilment.objects.filter(member_id__in=list_own_ids(member_id)).select_related("place")


@dataclass(frozen=True)
class Sending:
    """How far a thing is, for the noun that asked for it."""

    number: int
    state: str
    label: str
    way: str
    carrier: str
    tracking: str

    @property
    def is_out(self) -> bool:
        """Whether it has left us and did not come back."""
        return self.state in {State.SENT, State.RECEIVED}


def of_source(source: str, source_ids: Collection[UUID]) -> dict[UUID, Sending]:
    """Return how far the things of some records of a noun are."""
    found = Fulfilment.objects.filter(source=source, source_id__in=source_ids)
    return {
        one.source_id: Sending(
            one.id, one.state, str(one.get_state_display()), one.way, one.carrier, one.tracking
        )
        for one in found
    }


def waiting_ids(source: str) -> QuerySet[Fulfilment, UUID]:
    """Return a query for the ids of a noun's records whose things have not left us."""
    return Fulfilment.objects.filter(source=source, state=State.TO_SEND).values_list("source_id", flat=True)


def count_to_send(source: str, source_ids: Any) -> int:
    """Return how many things of some records of a noun still wait; the ids may be a query."""
    return Fulfilment.objects.filter(source=source, source_id__in=source_ids, state=State.TO_SEND).count()


def masked_address(found: Fulfilment) -> Address | None:
    """Return what anybody of the staff may see of the address."""
    address = open_address(found)
    return masked(address) if address else None


def last_address(member_id: UUID) -> Address | None:
    """Return the address that a member gave last, for a form of their own."""
    own = list_own(member_id).exclude(sealed_address="").order_by("-address_at").first()
    return open_address(own) if own else None


def list_places(*, only_open: bool = False) -> list[PickupPlace]:
    """Return the places where things are picked up."""
    found = PickupPlace.objects.order_by("name", "id")
    return list(found.filter(is_open=True) if only_open else found)
