"""What is asked wrongly over the API, by a shop, by an attacker, out of order: refused with a stable code, and nothing is half done."""

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import time_machine

from qunying.accounts.tests.make import make_program
from qunying.activities.door_codes import door_token
from qunying.activities.models import Activity, Registration, Right
from qunying.activities.queries.list_rights import code_of
from qunying.activities.rules import instant_text
from qunying.activities.tests.make import DAY, make_activity, play
from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import sign_link
from qunying.ledger.queries.audit import audit
from qunying.ledger.tests.make import give_points, run
from qunying.members.tests.make import make_member
from qunying.points_shop.tests.make import make_item
from qunying.rewards.actions.create_code_batch import create_code_batch
from qunying.rewards.queries.list_code_batches import list_codes
from qunying.rewards.queries.list_coupons import get_coupon
from qunying.rewards.queries.show_code import show_code
from qunying.rewards.tests.make import make_coupon, make_promotion, make_template
from tests.api.examples.activities import _body as written_activity
from tests.api.examples.points_shop import CUP
from tests.api.examples.rewards import OFFER, TERMS
from tests.api.test_operations import changed, contents

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)
NOTED = {"kernel_command"}  # the refusal itself, so that a repeat gets the same one


@dataclass(frozen=True)
class Wrong:
    """A request that must be refused, and how. The path is that of a POST unless a method stands before it."""

    request: str
    body: dict[str, Any]
    status: int
    code: str


class Shop:
    """A shop at work, and a member with points, coupons and orders."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.program = make_program("*")
        self.member = str(make_member(now=self.now - 9 * DAY).id)
        give_points(UUID(self.member), 1_000, now=self.now)
        self.coupon = str(self.new_coupon())
        self.tables: dict[str, str | None] = {}

    def new_coupon(self, **terms: Any) -> UUID:
        """Return a coupon of the member."""
        template = make_template(now=self.now, **terms)
        return make_coupon(template, member_id=UUID(self.member), now=self.now).coupon_id

    def send(self, request: str, body: dict[str, Any], key: str = "") -> Any:
        """Send a request."""
        method, path = request.split() if " " in request else ("POST", request)
        headers = {"idempotency-key": key or str(new_id())}
        text, kind = json.dumps(body), "application/json"
        return self.program.generic(method, f"/api/v1{path}", text, content_type=kind, headers=headers)

    def ask(self, request: str, **body: Any) -> Any:
        """Send a request that must be answered."""
        response = self.send(request, body)
        assert response.status_code < 300, response.content
        return response.json() if response.content else {}

    def moved(self, amount: int) -> dict[str, Any]:
        """Return the body of a movement of the member's points."""
        return {"member_id": self.member, "amount": amount, "reason": "order A-1"}

    def cart(self, **line: Any) -> dict[str, Any]:
        """Return a cart of the member."""
        lines = [{"id": "1", "product": "P1", "quantity": 3, "unit_price_minor": 3_333, **line}]
        return {"currency": "CNY", "lines": lines, "member_id": self.member}

    def order(self, number: str) -> dict[str, Any]:
        """Return what reserves the price of an order, as it was quoted just now."""
        cart = self.cart()
        return {
            **cart,
            "order_number": number,
            "quote_hash": self.ask("/pricing/quote", **cart)["quote_hash"],
        }

    def paid(self, number: str) -> None:
        """Let an order be paid."""
        self.ask("/pricing/orders/reserve", **self.order(number))
        self.ask("/pricing/orders/redeem", order_number=number)

    def refuses(self, wrong: Wrong) -> str:
        """Send what is wrong; return what is not as it should be, or nothing."""
        before, key = self.tables or contents(), str(new_id())
        first, second = (self.send(wrong.request, wrong.body, key) for _ in range(2))
        answer = (first.status_code, first.json().get("code"))
        self.tables = contents()
        touched = changed(before, self.tables) - NOTED
        if answer != (wrong.status, wrong.code) or second.content != first.content or touched:
            return f"{wrong}: {first.status_code} {first.content!r} {touched or ''}"
        return ""


def _back(number: str, quantity: int, line: str = "1") -> dict[str, Any]:
    lines = [{"line_id": line, "quantity": quantity}]
    return {"order_number": number, "lines": lines, "reason": "returned"}


def _orders(shop: Shop) -> list[Wrong]:
    """Commands out of order, refunds larger than the order, carts that make no sense."""
    shop.paid("paid")
    shop.ask("/pricing/orders/refund", **_back("paid", 1))
    shop.paid("gone")
    shop.ask("/pricing/orders/cancel", order_number="gone", reason="cancelled")
    shop.ask("/pricing/orders/reserve", **shop.order("waiting"))
    late = {**shop.order("late"), "quote_hash": "0" * 32}
    orders = "/pricing/orders"
    return [
        Wrong(f"{orders}/redeem", {"order_number": "never"}, 404, "unknown_order_price"),
        Wrong(f"{orders}/redeem", {"order_number": "paid"}, 409, "order_state"),
        Wrong(f"{orders}/release", {"order_number": "paid"}, 409, "order_state"),
        Wrong(f"{orders}/refund", _back("waiting", 1), 409, "order_state"),
        Wrong(f"{orders}/cancel", {"order_number": "waiting", "reason": "x"}, 409, "order_state"),
        Wrong(f"{orders}/cancel", {"order_number": "gone", "reason": "x"}, 409, "order_state"),
        Wrong(f"{orders}/reserve", late, 409, "quote_changed"),
        Wrong(f"{orders}/refund", _back("paid", 3), 409, "refund_too_large"),
        Wrong(f"{orders}/refund", _back("paid", 1, "2"), 422, "refund_wrong"),
        Wrong(f"{orders}/refund", _back("paid", -1), 422, "bad_request"),
        Wrong(f"{orders}/refund", {**_back("paid", 1), "lines": []}, 422, "refund_wrong"),
        Wrong("/pricing/quote", shop.cart(quantity=-1), 422, "bad_request"),
        Wrong("/pricing/quote", shop.cart(unit_price_minor=-1), 422, "bad_request"),
        Wrong("/pricing/quote", shop.cart(currency="USD"), 422, "mixed_currencies"),
        Wrong("/pricing/quote", {**shop.cart(), "currency": "XXQ"}, 422, "unknown_currency"),
        Wrong("/pricing/quote", {**shop.cart(), "codes": ["AAAA-AAAA"]}, 404, "code_not_usable"),
    ]


def _coupons(shop: Shop) -> list[Wrong]:
    """Coupons before their time, after it, twice, under forged codes, with terms edited while they run."""
    batch = run(create_code_batch, template_id=make_template(audience="code"), name="Cards", count=2)
    entered, other = (code for _number, code in list_codes(batch))
    shop.ask("/coupons/codes/enter", member_id=shop.member, code=entered)
    tomorrow = (shop.now + 2 * DAY).date()
    ended = make_template(now=shop.now - 9 * DAY, claim_until=(shop.now - 3 * DAY).date())
    claims = {
        make_template(opened=False): "offer_not_open",
        make_template(now=shop.now, claim_from=tomorrow): "offer_not_yet_open",
        ended: "offer_is_over",
        get_coupon(UUID(shop.coupon)).template_id: "claim_limit_reached",
    }
    one, kept = f"/coupons/{shop.new_coupon()}", {"order_number": "B-1", "total_minor": 5_000}
    template = f"/coupons/templates/{get_coupon(UUID(shop.coupon)).template_id}"
    used, foreign = shop.new_coupon(), {"order_number": "C-1"}
    shop.ask(f"/coupons/{used}/reserve", **kept)
    shop.ask(f"/coupons/{used}/redeem", order_number="B-1")
    twisted = other[:-1] + ("2" if other[-1] != "2" else "3")
    entering = {"member_id": shop.member, "code": other}
    return [
        *(
            Wrong("/coupons/claims", {"template_id": str(key), "member_id": shop.member}, 409, code)
            for key, code in claims.items()
        ),
        Wrong(f"{one}/redeem", foreign, 409, "coupon_not_usable"),
        Wrong(f"{one}/roll-back", {"reason": "x"}, 409, "coupon_not_usable"),
        Wrong(f"/coupons/{used}/reserve", kept, 409, "coupon_not_usable"),
        Wrong(f"/coupons/{used}/redeem", foreign, 409, "coupon_not_usable"),
        Wrong(f"/coupons/{used}/withdraw", {"reason": "x"}, 409, "coupon_not_usable"),
        Wrong(f"{one}/reserve", {**kept, "total_minor": -1}, 422, "bad_request"),
        Wrong("/coupons/codes/enter", {**entering, "code": entered}, 404, "code_not_usable"),
        Wrong("/coupons/codes/enter", {**entering, "code": twisted}, 404, "code_not_usable"),
        Wrong("/coupons/find", {"code": twisted}, 404, "unknown_coupon"),
        Wrong("/coupons/find", {"code": show_code(get_coupon(used)) + "2"}, 404, "unknown_coupon"),
        Wrong(f"PUT {template}", {**TERMS, "amount_minor": 9_000}, 409, "template_not_draft"),
        Wrong(f"{template}/open", {}, 409, "template_not_draft"),
        Wrong("/coupons/templates", {**TERMS, "currency": "ZZZ"}, 422, "unknown_currency"),
        Wrong("/coupons/templates", {**TERMS, "total": -1}, 422, "bad_request"),
        Wrong("/coupons/templates", {**TERMS, "valid_days": -1}, 422, "bad_request"),
        Wrong(f"PUT /pricing/promotions/{make_promotion()}", OFFER, 409, "promotion_not_draft"),
    ]


def _points(shop: Shop) -> list[Wrong]:
    """More points than there are, taken back twice, bought for the wrong price, corrected alone."""
    spend = shop.ask("/points/spends", **shop.moved(40))["transaction_id"]
    grant = shop.ask("/points/grants", **shop.moved(30))["grant_id"]
    shop.ask(f"/points/spends/{spend}/refund", amount=30, reason="returned")
    cups = make_item(now=shop.now)
    bought = shop.ask(f"/points-shop/items/{cups.id}/buy", member_id=shop.member, price_points=100)
    undone = f"/points-shop/purchases/{bought['purchase_id']}/cancel"
    shop.ask(undone, reason="a mistake")
    buying = {"member_id": shop.member, "price_points": 100}
    asked = {
        "owner_kind": "member",
        "owner_id": shop.member,
        "asset": "points",
        "purpose": "member.available",
    }
    asked |= {"amount": 5_000, "reason": "wrong import", "evidence": "ticket 12"}
    waiting = shop.ask("/ledger/adjustments", **asked)["adjustment_id"]
    refused = shop.ask("/ledger/adjustments", **asked)["adjustment_id"]
    shop.ask(f"/ledger/adjustments/{refused}/reject")
    again = {"reason": "returned"}
    cup = f"/points-shop/items/{cups.id}"
    return [
        Wrong("/points/spends", shop.moved(10**6), 409, "insufficient_balance"),
        Wrong("/points/spends", shop.moved(-5), 422, "bad_request"),
        Wrong("/points/grants", shop.moved(0), 422, "bad_request"),
        Wrong(f"/points/spends/{spend}/refund", {**again, "amount": 11}, 409, "reversed_too_much"),
        Wrong(f"/points/spends/{new_id()}/refund", again, 404, "not_a_spend"),
        Wrong(f"/points/grants/{grant}/take-back", {**again, "amount": 31}, 422, "amount_out_of_range"),
        Wrong(f"/points/grants/{grant}/take-back", {**again, "amount": -1}, 422, "bad_request"),
        Wrong(f"{cup}/buy", {**buying, "price_points": 1}, 409, "item_price_changed"),
        Wrong(f"{cup}/buy", {**buying, "quantity": -1}, 422, "bad_request"),
        Wrong(f"{cup}/buy", {**buying, "quantity": 6}, 409, "sold_out"),
        Wrong(f"{cup}/stock", {"units": -1}, 422, "bad_request"),
        Wrong("/points-shop/items", {**CUP, "item_id": str(cups.id), "stock": 1}, 409, "item_fixed"),
        Wrong(undone, again, 409, "purchase_was_cancelled"),
        Wrong("/ledger/adjustments", {**asked, "asset": f"coupon:{new_id()}"}, 422, "not_adjustable"),
        Wrong("/ledger/adjustments", {**asked, "amount": 0}, 422, "amount_out_of_range"),
        Wrong("/ledger/adjustments", {**asked, "reason": " "}, 422, "reason_missing"),
        Wrong(f"/ledger/adjustments/{waiting}/approve", {}, 409, "second_person_needed"),
        Wrong(f"/ledger/adjustments/{refused}/approve", {}, 409, "adjustment_not_waiting"),
    ]


def _gathering(shop: Shop, starts_in: timedelta) -> tuple[Activity, Registration]:
    starts = shop.now + starts_in
    times = {
        "starts_at": instant_text(starts),
        "ends_at": instant_text(starts + 2 * HOUR),
        "door_minutes": 30,
    }
    before = shop.now - 2 * DAY
    opened = make_activity("gathering", now=before, closes_at=starts, settings=times)
    play(opened, UUID(shop.member), now=before + HOUR)
    return opened, Registration.objects.get(activity=opened)


def _activities(shop: Shop) -> list[Wrong]:
    """Rules edited while they are open, steps out of order, tickets of other doors and other times, forged ones."""
    wheel, draft = make_activity(now=shop.now, per_member=1), make_activity(now=shop.now, opened=False)
    who = {"member_id": shop.member}
    shop.ask(f"/activities/{wheel.id}/parts", **who)
    sale = make_activity("flash_sale", now=shop.now)
    shop.ask(f"/activities/{sale.id}/parts", **who)
    right = code_of(Right.objects.get())
    shop.ask(f"/rights/{right}/redeem", order_number="A-1")
    now_open, inside = _gathering(shop, -HOUR)
    early, outside = _gathering(shop, HOUR)
    over, gone = _gathering(shop, -5 * HOUR)
    token, door = door_token(inside), f"/activities/{now_open.id}/admissions"
    shop.ask(door, code=token)
    fields, ends = {"registration": str(outside.pk)}, shop.now + DAY
    forged = sign_link("offer", fields, ends)
    later = make_activity(now=shop.now, opened=False, opens_at=shop.now + HOUR)
    return [
        Wrong(f"PUT /activities/{wheel.id}", written_activity(title="Another"), 409, "activity_rules_fixed"),
        Wrong(f"/activities/{wheel.id}/parts", who, 409, "turns_used_up"),
        Wrong(f"/activities/{draft.id}/parts", who, 409, "activity_not_open"),
        Wrong(f"/activities/{later.id}/parts", who, 409, "activity_not_open"),
        Wrong(f"/activities/{draft.id}/open", {}, 409, "wrong_activity_state"),
        Wrong(f"/activities/{wheel.id}/approve", {}, 409, "wrong_activity_state"),
        Wrong(f"/activities/{wheel.id}/close", {}, 409, "activity_closes_later"),
        Wrong(f"/activities/{wheel.id}/settle", {}, 409, "wrong_activity_state"),
        Wrong(f"/rights/{right}/redeem", {"order_number": "B-1"}, 409, "right_used"),
        Wrong(f"/rights/{right}/cancel", {}, 409, "right_not_reserved"),
        Wrong(f"/rights/{right[:-1]}/redeem", {"order_number": "B-1"}, 404, "unknown_right"),
        Wrong(door, {"code": token}, 409, "already_admitted"),
        Wrong(door, {"code": token[:-1] + ("A" if token[-1] != "A" else "B")}, 404, "broken_link"),
        Wrong(door, {"code": forged}, 404, "broken_link"),
        Wrong(door, {"code": door_token(outside)}, 404, "unknown_registration"),
        Wrong(f"/activities/{early.id}/admissions", {"code": outside.code}, 409, "door_closed"),
        Wrong(f"/activities/{over.id}/admissions", {"code": door_token(gone)}, 404, "expired_link"),
        Wrong("/fulfilments/hand-over", {"code": "0000 0000"}, 404, "unknown_pickup_code"),
    ]


def test_what_is_wrong_is_refused_with_its_code_and_nothing_is_half_done() -> None:
    shop = Shop()
    rows = [row for part in (_orders, _coupons, _points, _activities) for row in part(shop)]
    faults = "\n".join(fault for row in rows if (fault := shop.refuses(row)))
    assert not faults, faults
    assert audit() == []


def test_a_key_is_for_one_request_and_an_event_of_the_future_is_set_aside() -> None:
    shop, key = Shop(), str(new_id())
    first = shop.send("/points/spends", shop.moved(5), key)
    assert first.status_code == 201
    assert shop.send("/points/spends", shop.moved(5), key).content == first.content
    before = contents()
    for request, body in (("/points/spends", shop.moved(6)), ("/points/grants", shop.moved(5))):
        refused = shop.send(request, body, key)
        assert (refused.status_code, refused.json()["code"]) == (422, "command_reused")
    assert not changed(before, contents())
    event = {
        "source_event_id": "1",
        "name": "product_viewed",
        "occurred_at": (clock.now() + HOUR).isoformat(),
    }
    answer = shop.ask("/events", source="shop", events=[event])["results"][0]
    assert (answer["status"], answer["reason"]) == ("quarantined", "from_the_future")
    assert audit() == []


@pytest.mark.parametrize("off", [HOUR, -HOUR], ids=["ahead", "behind"])
def test_a_server_clock_that_is_an_hour_off_loses_nothing(off: timedelta) -> None:
    """Between any two commands the clock is set: each is answered or refused with a code, and the book agrees. At noon: what is
    good until the end of a day is still good an hour later.
    """
    noon = clock.day_start(clock.local_day(clock.now(), "Asia/Shanghai"), "Asia/Shanghai") + 12 * HOUR
    with time_machine.travel(noon, tick=False):
        shop = Shop()
        cups, order = make_item(now=shop.now), shop.order("A-1")
    steps: list[tuple[str, dict[str, Any]]] = [
        ("/pricing/orders/reserve", order),
        ("/pricing/orders/redeem", {"order_number": "A-1"}),
        ("/pricing/orders/refund", _back("A-1", 1)),
        ("/points/grants", {**shop.moved(30), "valid_days": 0}),
        ("/points/spends", shop.moved(1_010)),
        (f"/points-shop/items/{cups.id}/buy", {"member_id": shop.member, "price_points": 100}),
        ("/pricing/orders/cancel", {"order_number": "A-1", "reason": "cancelled"}),
    ]
    statuses = []
    for number, (request, body) in enumerate(steps):
        with time_machine.travel(shop.now + (off if number % 2 else timedelta(0)), tick=False):
            response = shop.send(request, body)
        statuses.append(response.status_code)
        assert response.status_code < 300 or response.json()["code"] == "insufficient_balance", (
            response.content
        )
        assert audit() == []
    assert statuses == [201, 200, 200, 201, 201, 409, 200]
