"""A thing on its way: from the queue to the member, back, and out of our memory."""

from collections import Counter
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from qunying.fulfilment.actions.cancel_fulfilment import cancel_fulfilment
from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.actions.forget_addresses import forget_addresses
from qunying.fulfilment.actions.hand_over import UnknownPickupCode, hand_over
from qunying.fulfilment.actions.import_tracking import import_tracking
from qunying.fulfilment.actions.queue_again import queue_again
from qunying.fulfilment.actions.receive_fulfilment import receive_fulfilment
from qunying.fulfilment.actions.request_fulfilment import request_fulfilment
from qunying.fulfilment.actions.return_fulfilment import return_fulfilment
from qunying.fulfilment.actions.reveal_address import reveal_address
from qunying.fulfilment.actions.send_fulfilment import send_fulfilment
from qunying.fulfilment.addresses import Address, AddressNeedsConsent, BadPhone, open_address
from qunying.fulfilment.finding import FulfilmentState, UnknownFulfilment
from qunying.fulfilment.models import Fulfilment
from qunying.fulfilment.pickup_codes import open_code
from qunying.fulfilment.queries.list_fulfilments import (
    count_views,
    list_fulfilments,
    masked_address,
    of_source,
)
from qunying.fulfilment.sending import NoAddressYet
from qunying.fulfilment.tests.make import HOME, WEEK, make_fulfilment
from qunying.fulfilment.tracking_file import TrackingRow
from qunying.ledger.tests.make import NOW, run
from qunying.members.tests.make import make_member
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
SF: dict[str, Any] = {"carrier": "SF", "tracking": "SF1"}


def names_of(member_id: UUID) -> list[str]:
    return list(Event.objects.filter(member_id=member_id).values_list("name", flat=True))


def test_by_post_from_the_queue_to_the_member_and_back():
    one = make_fulfilment(way="post")
    asked: dict[str, Any] = {"source": one.source, "source_id": one.source_id, "due_at": NOW}
    assert run(request_fulfilment, member_id=one.member_id, title="Again", **asked) == one.id  # there once
    run(send_fulfilment, number=one.id, **SF)
    assert of_source(one.source, [one.source_id])[one.source_id].tracking == "SF1"
    with pytest.raises(FulfilmentState):  # what is on its way cannot be taken out
        run(cancel_fulfilment, source=one.source, source_id=one.source_id)
    run(receive_fulfilment, number=one.id, member_id=one.member_id)
    run(return_fulfilment, number=one.id, reason="broken")
    run(queue_again, number=one.id, due_at=NOW + WEEK)
    one.refresh_from_db()
    assert (one.state, one.way, one.sealed_address, one.tracking) == ("to_send", "", "", "")
    run(cancel_fulfilment, source=one.source, source_id=one.source_id, reason="paid back")
    told = Counter(name for name in names_of(one.member_id) if name.startswith("fulfilment_"))
    assert told.pop("fulfilment_requested") == 2
    assert told == {f"fulfilment_{step}": 1 for step in ("sent", "received", "returned", "cancelled")}


def test_an_address_needs_consent_an_owner_and_a_phone():
    one = make_fulfilment()
    own: dict[str, Any] = {"number": one.id, "member_id": one.member_id}
    with pytest.raises(NoAddressYet):
        run(send_fulfilment, number=one.id, **SF)
    with pytest.raises(AddressNeedsConsent):
        run(choose_address, **own, address=HOME, consent=" ")
    with pytest.raises(BadPhone):
        run(choose_address, **own, address=Address("A", "call me", "B"), consent="yes")
    stranger: dict[str, Any] = {"number": one.id, "member_id": make_member().id}
    with pytest.raises(UnknownFulfilment):
        run(choose_address, **stranger, address=HOME, consent="yes")
    run(choose_address, **own, address=HOME, consent="yes")
    one.refresh_from_db()
    assert HOME.phone not in one.sealed_address
    assert open_address(one) == HOME
    hidden = masked_address(one)
    assert hidden == Address("H***", "138****5678", "12 Nan******")


def test_a_code_hands_out_once():
    one = make_fulfilment(way="pickup")
    code = open_code(one)
    with pytest.raises(NoAddressYet):
        run(send_fulfilment, number=one.id, **SF)
    with pytest.raises(UnknownPickupCode):
        run(hand_over, code="no")
    assert run(hand_over, code=f" {code}").number == one.id
    with pytest.raises(FulfilmentState):
        run(hand_over, code=code)


def test_looks_at_addresses_are_events_and_addresses_are_forgotten():
    one = make_fulfilment(way="post")
    run(reveal_address, number=one.id)
    assert "address_revealed" in names_of(one.member_id)
    run(send_fulfilment, number=one.id, **SF)
    assert run(forget_addresses, now=NOW + timedelta(days=89)) == 0
    assert run(forget_addresses, now=NOW + timedelta(days=91)) == 1
    one.refresh_from_db()
    assert (open_address(one), one.state) == (None, "sent")
    with pytest.raises(UnknownFulfilment):
        run(reveal_address, number=one.id + 1)


def test_rows_that_cannot_be_are_told_and_the_others_count():
    ready, waiting, back = (make_fulfilment(way=way) for way in ("post", "", "post"))
    run(send_fulfilment, number=back.id, **SF)
    run(return_fulfilment, number=back.id, reason="no such house")
    rows = [
        TrackingRow(2, ready.id, "SF", "SF9"),
        TrackingRow(3, waiting.id, "SF", "SF8"),
        TrackingRow(4, back.id, "SF", "SF7"),
        TrackingRow(5, 0, "SF", "SF6"),
        TrackingRow(6, ready.id, "SF", " "),
        TrackingRow(7, ready.id, "SF", "x" * 61),
    ]
    done = run(import_tracking, rows=rows)
    assert (done.sent, done.unchanged, done.empty) == (1, 0, 1)
    assert [(fault.row, fault.code) for fault in done.faults] == [
        (3, "no_address_yet"),
        (4, "fulfilment_state"),
        (5, "unknown_fulfilment"),
        (7, "bad_text"),
    ]
    ready.refresh_from_db()
    assert (ready.state, ready.tracking) == ("sent", "SF9")
    assert run(import_tracking, rows=rows[:1]).unchanged == 1
    assert names_of(ready.member_id).count("fulfilment_sent") == 1


def test_what_is_late_is_in_a_list_of_its_own():
    late, early = make_fulfilment(due_at=NOW - WEEK), make_fulfilment(way="post")
    assert [one.id for one in list_fulfilments(NOW, view="overdue")] == [late.id]
    assert count_views(NOW) == {"ready": 1, "waiting": 1, "pickup": 0, "overdue": 1}
    assert Fulfilment.objects.get(pk=early.id).due_at > NOW
