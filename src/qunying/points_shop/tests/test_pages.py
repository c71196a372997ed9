"""The shop in the console, on the phone and on the command line."""

import io
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.content.tests.make import picture_bytes
from qunying.kernel import clock
from qunying.ledger.models import Enlargement
from qunying.ledger.tests.make import give_points
from qunying.members.tests.make import make_member, sign_in
from qunying.points_shop.doors.cli import app
from qunying.points_shop.models import Item, Purchase
from qunying.points_shop.queries.list_items import stocks
from qunying.points_shop.tests.make import buy, make_buyer, make_item

pytestmark = pytest.mark.django_db


def text_of(browser: Client, path: str, status: int = 200) -> str:
    response = browser.get(path)
    assert response.status_code == status, path
    return response.content.decode()


def test_staff_write_an_item_put_it_on_offer_and_undo_a_purchase(home: Any) -> None:
    browser = make_browser()
    picture = io.BytesIO(picture_bytes())
    picture.name = "cup.png"
    typed = {
        "title": "Tea cup",
        "kind": "goods",
        "price_points": 100,
        "stock": 2,
        "period": "month",
        "per_member": 1,
        "chances": 1,
        "send_days": 3,
        "opens_at": "2026-01-01T00:00:00",
        "picture": picture,
    }
    browser.post("/console/points-shop/new/", typed)
    item = Item.objects.get()
    assert (item.state, item.per_member, len(item.picture)) == ("draft", 1, 64)
    path = f"/console/points-shop/{item.id}/"
    assert Client().get(f"/m/points-shop/{item.id}/").status_code == 404
    browser.post(f"{path}open/")
    assert text_of(Client(), "/m/points-shop/").count("Tea cup") == 1
    assert Client().get(f"/m/points-shop/{item.id}/picture/")["Content-Type"] == "image/webp"
    assert "Tea cup" in text_of(browser, "/console/points-shop/")
    assert 'value="100"' in text_of(browser, f"{path}edit/")
    item.refresh_from_db()
    bought = buy(item, make_buyer(now=clock.now()), now=clock.now())
    for page in (path, "/console/points-shop/purchases/", "/console/points-shop/purchases/?format=csv"):
        assert "Tea cup" in text_of(browser, page)
    one = f"/console/points-shop/purchases/{bought.purchase_id}/"
    assert "100" in text_of(browser, one)
    assert make_browser(Role.ANALYST).post(f"{one}cancel/", {"reason": "no"}).status_code == 403
    browser.post(f"{one}cancel/", {"reason": "a mistake"})
    assert Purchase.objects.get().state == "cancelled"
    kept = browser.post(f"{path}stock/", {"units": "0", "reason": "why not"}).content.decode()
    assert 'value="why not"' in kept
    assert "greater than or equal to 1" in kept
    browser.post(f"{path}stock/", {"units": "3", "reason": "more came"})
    assert "more wait for a second person" in text_of(browser, path)
    where = f"/console/ledger/units/{Enlargement.objects.get().id}/"
    assert "Stock that waits" in text_of(browser, "/console/ledger/")
    browser.post(where, {"verdict": "approve"})  # who asked for them
    assert Enlargement.objects.get().state == "proposed"
    make_browser(Role.MANAGER).post(where, {"verdict": "approve", "command_id": "second"})
    assert stocks([item])[item.id].total == 5
    browser.post(f"{path}close/")
    item.refresh_from_db()
    assert item.state == "closed"


def test_a_member_looks_agrees_and_gets_it_or_their_points_back() -> None:
    now = clock.now()
    item, member = make_item(now=now), make_member(now=now)
    phone = Client(headers={"accept-language": "en"})
    page = f"/m/points-shop/{item.id}/"
    assert "sign-in" in text_of(phone, page)
    assert phone.post(f"{page}buy/", {"quantity": "1", "price": "100"}).status_code == 302
    sign_in(phone, member)
    assert "not enough" in text_of(phone, page)
    give_points(member.id, 350, now=now)
    assert "150 remain" in text_of(phone, f"{page}buy/?quantity=2")
    assert Purchase.objects.count() == 0
    assert phone.post(f"{page}buy/", {"quantity": "2", "price": "90"}).status_code == 409
    bought = phone.post(f"{page}buy/", {"quantity": "2", "price": "100"})
    assert "/m/parcels/" in bought["Location"]
    mine = text_of(phone, "/m/points-shop/mine/")
    assert "200" in mine
    purchase = Purchase.objects.get().id
    assert '<a href="/m/points-shop/mine/">' in phone.get("/m/points/").content.decode()
    statement = make_browser().get(f"/console/statements/{member.id}/?kind=points").content.decode()
    assert f'<a href="/console/points-shop/purchases/{purchase}/">' in statement
    cancel = f"/m/points-shop/mine/{purchase}/cancel/"
    assert phone.get(cancel, headers={"accept": "text/html"})["Location"] == "/m/points-shop/mine/"
    stranger = Client()
    sign_in(stranger, make_member(now=now))
    assert stranger.post(cancel).status_code == 404
    assert phone.post(cancel).status_code == 302
    assert "350" in text_of(phone, "/m/points-shop/")
    assert text_of(phone, f"{page}buy/?quantity=0", 422)


def test_the_command_line() -> None:
    item, runner = make_item(now=clock.now(), opened=False), CliRunner()
    for arguments in (
        ["open", str(item.id)],
        ["buy", str(item.id), str(make_buyer(now=clock.now()))],
        ["list", "--state", "open"],
        ["purchases"],
    ):
        assert runner.invoke(app, [*arguments, "--json"]).exit_code == 0, arguments
    told = runner.invoke(app, ["cancel", str(Purchase.objects.get().id), "a mistake", "--json"])
    assert '"points": 100' in told.output
    assert runner.invoke(app, ["close", str(item.id), "--json"]).exit_code == 0
