"""Requests about what is sent and handed over."""

from typing import Any

from qunying.fulfilment.actions.return_fulfilment import return_fulfilment
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import open_code
from qunying.fulfilment.tests.make import HOME, make_fulfilment, make_place
from qunying.kernel import clock
from qunying.ledger.tests.make import run
from tests.api.examples import Example, example

SF = {"carrier": "SF", "tracking": "SF1"}
PLACE = {"name": "Corner", "address": "1 Main Street"}


def _one(way: str = "") -> Fulfilment:
    return make_fulfilment(now=clock.now(), way=way)


def _sent() -> Fulfilment:
    one = _one("post")
    run(send_fulfilment, now=clock.now(), number=one.id, carrier="SF", tracking="SF1")
    return one


def _path(one: Fulfilment) -> dict[str, Any]:
    return {"number": one.id}


@example("fulfilment.list_fulfilments")
def list_fulfilments() -> Example:
    _one()
    return Example(query={"view": "waiting"})


@example("fulfilment.get_fulfilment")
def get_fulfilment() -> Example:
    return Example(path=_path(_one()))


@example("fulfilment.list_places")
def list_places() -> Example:
    make_place()
    return Example()


@example("fulfilment.write_place")
def write_place() -> Example:
    return Example(body=PLACE, other={**PLACE, "name": "Square"})


@example("fulfilment.choose_address")
def choose_address() -> Example:
    one = _one()
    body = {"member_id": str(one.member_id), "consent": "I agree.", **vars(HOME)}
    return Example(path=_path(one), body=body, other={**body, "name": "Another"})


@example("fulfilment.choose_pickup")
def choose_pickup() -> Example:
    one = _one()
    body = {"member_id": str(one.member_id), "place_id": str(make_place())}
    return Example(path=_path(one), body=body, other={**body, "place_id": str(make_place("Square"))})


@example("fulfilment.reveal_address")
def reveal_address() -> Example:
    return Example(path=_path(_one("post")))


@example("fulfilment.send_fulfilment")
def send() -> Example:
    return Example(path=_path(_one("post")), body=SF, other={**SF, "tracking": "SF2"})


@example("fulfilment.import_tracking")
def import_tracking() -> Example:
    row = {"number": _one("post").id, **SF}
    return Example(body={"rows": [row]}, other={"rows": [{**row, "tracking": "SF2"}]})


@example("fulfilment.export_packing_list")
def export_packing_list() -> Example:
    _one("post")
    return Example()


@example("fulfilment.receive_fulfilment")
def receive() -> Example:
    return Example(path=_path(_sent()))


@example("fulfilment.hand_over")
def hand_over() -> Example:
    return Example(body={"code": open_code(_one("pickup"))}, other={"code": "0000 0000"})


@example("fulfilment.return_fulfilment")
def came_back() -> Example:
    return Example(path=_path(_sent()), body={"reason": "broken"}, other={"reason": "late"})


@example("fulfilment.queue_again")
def queue_again() -> Example:
    one = _sent()
    run(return_fulfilment, now=clock.now(), number=one.id, reason="broken")
    later = [one.due_at.isoformat(), one.requested_at.isoformat()]
    return Example(path=_path(one), body={"due_at": later[0]}, other={"due_at": later[1]})
