"""Things on their way for tests, made through the actions that everybody uses."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.actions.choose_pickup import choose_pickup
from qunying.fulfilment.actions.request_fulfilment import request_fulfilment
from qunying.fulfilment.actions.write_place import write_place
from qunying.fulfilment.addresses import Address
from qunying.fulfilment.models import Fulfilment
from qunying.kernel.ids import new_id
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member

HOME = Address("Han Meimei", "13812345678", "12 Nanjing Road, Shanghai")
WEEK = timedelta(days=7)


def make_fulfilment(
    *, now: datetime = NOW, way: str = "", member_id: UUID | None = None, title: str = "Tea cup", **rest: Any
) -> Fulfilment:
    """Return a thing in the queue; ``way``: post or pickup, chosen by the member."""
    member_id = member_id or make_member(now=now).id
    asked = {"source": "activities", "source_id": new_id(), "due_at": now + WEEK, **rest}
    number = run(request_fulfilment, now=now, member_id=member_id, title=title, **asked)
    if way == "post":
        own: dict[str, Any] = {"number": number, "member_id": member_id}
        run(choose_address, now=now, **own, address=HOME, consent="I agree.")
    elif way == "pickup":
        run(choose_pickup, now=now, number=number, member_id=member_id, place_id=make_place())
    return Fulfilment.objects.get(pk=number)


def make_place(name: str = "Store on the corner") -> UUID:
    """Return the id of a place to pick up."""
    return UUID(str(run(write_place, name=name, address="1 Main Street", hours="10–22")))
