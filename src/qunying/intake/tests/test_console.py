"""Importing in the console: upload, settle the columns, check, import, read the outcome."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.intake.doors.jobs import run_import
from qunying.intake.models import ImportMapping, ImportRun
from qunying.shop.models import Order

pytestmark = pytest.mark.django_db(transaction=True)

FILE = (
    "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"
    "1,A,<b>Tea</b>,2,2026-01-05 10:00:00,3.50,17850,France\n"
    "2,A,Tea,x,2026-01-06 10:00:00,3.50,17851,France\n"
)


def upload(browser: Client, content: bytes, name: str = "orders.csv") -> ImportRun:
    browser.post("/console/imports/", {"file": SimpleUploadedFile(name, content), "command_id": "u"})
    return ImportRun.objects.latest("created_at")


def settle(browser: Client, run: ImportRun, **more: str) -> None:
    page = browser.get(f"/console/imports/{run.id}/")
    chosen = {f"column_{entry['field'].name}": entry["header"] for entry in page.context["fields"]}
    form = {**chosen, "zone": "Europe/London", "currency": "GBP", "mapping_name": page.context["mapping"].name, **more}
    browser.post(f"/console/imports/{run.id}/", form)
    run_import.func(run_id=str(run.id))


def test_from_upload_to_outcome(home: object) -> None:
    browser = make_browser()
    run = upload(browser, FILE.encode())
    page = browser.get(f"/console/imports/{run.id}/").content.decode()
    assert "&lt;b&gt;Tea" in page
    settle(browser, run, only_check="yes")
    assert not Order.objects.exists()
    assert "nothing was taken yet" in browser.get(f"/console/imports/{run.id}/").content.decode()
    page = browser.get(f"/console/imports/{run.id}/?again=yes")
    chosen = {f"column_{entry['field'].name}": entry["header"] for entry in page.context["fields"]}
    form = {**chosen, "zone": "Europe/London", "currency": "GBP", "mapping_name": "", "save_as": "my shop"}
    browser.post(f"/console/imports/{run.id}/?again=yes", form)
    run_import.func(run_id=str(run.id))
    assert Order.objects.get().total_minor == 700
    assert ImportMapping.objects.get().name == "my shop"
    outcome = browser.get(f"/console/imports/{run.id}/").content.decode()
    assert "not a number" in outcome
    errors = b"".join(browser.get(f"/console/imports/{run.id}/errors/").streaming_content).decode()
    assert "17851" in errors or ",x," in errors
    assert "orders.csv" in browser.get("/console/imports/").content.decode()


@pytest.mark.parametrize("content", [b"", b"\x00\x01\x02" * 50, b"PK\x03\x04broken"])
def test_rubbish_is_told_in_words_and_leaves_nothing(content: bytes, home: object) -> None:
    browser = make_browser()
    answer = browser.post("/console/imports/", {"file": SimpleUploadedFile("x.csv", content or b" ")}, follow=True)
    assert answer.status_code in {200, 409, 422}
    assert not Order.objects.exists()


def test_only_who_may_import_sees_it() -> None:
    assert make_browser(Role.ANALYST).get("/console/imports/").status_code == 403
