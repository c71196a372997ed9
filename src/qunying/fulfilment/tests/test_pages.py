"""The queue in the console, its list out and back, and what the member sees."""

import io
from pathlib import Path

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.fulfilment.doors.cli import app
from qunying.fulfilment.doors.shown import VIEW_NAMES
from qunying.fulfilment.models import Fulfilment, PickupPlace
from qunying.fulfilment.pickup_codes import open_code
from qunying.fulfilment.tests.make import HOME, make_fulfilment, make_place
from qunying.kernel import clock
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db


def text_of(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_the_packing_list_goes_out_and_comes_back() -> None:
    one = make_fulfilment(now=clock.now(), way="post", title="=cup")
    browser = make_browser()
    packed = browser.post("/console/fulfilment/packing-list.csv").content.decode("utf-8-sig")
    assert f"{one.id},'=cup,1,{HOME.name},{HOME.phone}" in packed
    header, row = packed.splitlines()
    assert header.endswith("carrier,tracking number")
    sheet = io.BytesIO()
    with xlsxwriter.Workbook(sheet, {"in_memory": True}) as book:
        cells = book.add_worksheet()
        cells.write_row(0, 0, header.split(","))
        cells.write_row(1, 0, [one.id, *[""] * 6, "SF", "SF123"])
    for content in (f"{header}\n{row}SF,SF123\n".replace(",,SF,", ",SF,").encode(), sheet.getvalue()):
        file = SimpleUploadedFile("list", content)
        told = browser.post("/console/fulfilment/tracking/", {"file": file}).content.decode()
        assert "q-table" in told, told[-2000:]
    one.refresh_from_db()
    assert (one.state, one.carrier, one.tracking) == ("sent", "SF", "SF123")
    broken = SimpleUploadedFile("list", b"a,b\n1,2\n")
    assert (
        "tracking number"
        in browser.post("/console/fulfilment/tracking/", {"file": broken}, follow=True).content.decode()
    )


def test_the_console_shows_addresses_only_when_asked() -> None:
    one = make_fulfilment(now=clock.now(), way="post")
    browser = make_browser()
    for view in VIEW_NAMES:
        assert HOME.phone not in text_of(browser, f"/console/fulfilment/?view={view}")
    path = f"/console/fulfilment/{one.id}/"
    assert HOME.phone not in text_of(browser, path)
    assert HOME.phone in browser.post(f"{path}address/").content.decode()
    clerk = make_browser(Role.OPERATOR)
    assert clerk.post(f"{path}address/").status_code == 403
    assert clerk.post(f"{path}send/", {"carrier": "SF", "tracking": "SF1"}).status_code == 302
    for step, body in (("receive", {}), ("return", {"reason": "broken"}), ("again", {})):
        assert browser.post(f"{path}{step}/", body).status_code == 302
    one.refresh_from_db()
    assert (one.state, one.way) == ("to_send", "")


def test_a_counter_hands_out_and_places_are_written() -> None:
    browser = make_browser()
    browser.post("/console/fulfilment/places/", {"name": "Old", "address": "There", "is_open": "on"})
    place = PickupPlace.objects.get()
    browser.post(f"/console/fulfilment/places/{place.id}/", {"name": "New", "address": "Here"})
    place.refresh_from_db()
    assert (place.name, place.is_open) == ("New", False)
    one = make_fulfilment(now=clock.now(), way="pickup")
    done = browser.post("/console/fulfilment/counter/", {"code": open_code(one)}, follow=True)
    assert one.title in done.content.decode()
    assert Fulfilment.objects.get().state == "received"


def test_a_member_says_where_to_and_that_it_came() -> None:
    member, phone = make_member(now=clock.now()), Client()
    sign_in(phone, member)
    one = make_fulfilment(now=clock.now(), member_id=member.id)
    path, place = f"/m/parcels/{one.id}/", make_place()
    assert one.title in text_of(phone, "/m/parcels/")
    typed = {"way": "post", "name": HOME.name, "phone": HOME.phone, "address": HOME.address}
    refused = phone.post(path, typed)
    assert (refused.status_code, HOME.address in refused.content.decode()) == (422, True)
    assert phone.post(path, {"way": "pickup", "place": str(place)}).status_code == 302
    one.refresh_from_db()
    assert open_code(one) in text_of(phone, path)
    assert phone.post(path, {**typed, "consent": "yes"}).status_code == 302
    browser = make_browser()
    browser.post(f"/console/fulfilment/{one.id}/send/", {"carrier": "SF", "tracking": "SF77"})
    assert "SF77" in text_of(phone, path)
    assert phone.post(f"{path}received/").status_code == 302
    stranger = Client()
    sign_in(stranger, make_member(now=clock.now()))
    assert stranger.get(path).status_code == 404
    assert stranger.post(f"{path}received/").status_code == 404


def test_the_command_line(tmp_path: Path) -> None:
    one = make_fulfilment(now=clock.now(), way="post")
    runner, file = CliRunner(), tmp_path / "list.csv"
    assert str(one.source_id) in runner.invoke(app, ["list", "--view", "ready", "--json"]).output
    assert runner.invoke(app, ["packing", str(file), "--json"]).exit_code == 0
    file.write_text(f"number,carrier,tracking number\n{one.id},SF,SF5\n")
    assert '"sent": 1' in runner.invoke(app, ["tracking", str(file), "--json"]).output
    assert runner.invoke(app, ["send", str(one.id), "SF", "SF6", "--json"]).exit_code == 0
    other = make_fulfilment(now=clock.now(), way="pickup")
    handed = runner.invoke(app, ["hand-over", open_code(other), "--json"])
    assert f'"number": {other.id}' in handed.output
    one.refresh_from_db()
    assert (one.tracking, bool(one.sealed_address)) == ("SF6", True)
