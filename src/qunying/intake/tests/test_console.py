"""The import pages: upload, mapping with preview, check, import, result, error file."""

from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.intake.doors import jobs
from qunying.intake.models import ImportMapping, ImportRun
from qunying.intake.tests.make import make_csv, make_line
from qunying.shop.models import Order

run_job: Any = jobs.run_import.func  # type: ignore[attr-defined]
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def console(client: Client) -> Client:
    client.force_login(
        User.objects.create_user("op@example.com", name="Op", role=Role.OPERATOR, language="en"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


@pytest.fixture
def orders(tmp_path: Path) -> bytes:
    rows = [make_line(), make_line(stock_code="B2", unit_price="oops"), make_line(invoice_no="1002")]
    return make_csv(tmp_path / "orders.csv", rows).read_bytes()


def send(console: Client, content: bytes, name: str = "orders.csv") -> ImportRun:
    answer = console.post(
        reverse("intake.imports"), {"file": SimpleUploadedFile(name, content), "command_id": name}
    )
    assert answer.status_code == 302
    return ImportRun.objects.get(file_name=name)


def mapping_of(console: Client, run: ImportRun) -> dict[str, str]:
    page = console.get(reverse("intake.import", args=[run.pk]))
    context = page.context
    form = {f"column_{field['name']}": field["header"] for field in context["fields"]}
    return {**form, **context["options"], "zone": context["file_zone"], "currency": context["file_currency"]}


def test_from_upload_to_result(console: Client, orders: bytes, home: Path) -> None:
    assert "Nothing has been imported yet" in console.get(reverse("intake.imports")).content.decode()
    run = send(console, orders)
    page = console.get(reverse("intake.import", args=[run.pk])).content.decode()
    assert "This is not a number." in page
    form = mapping_of(console, run)
    assert form["column_number"] == "invoice_no"
    console.post(
        reverse("intake.begin_import", args=[run.pk]), {**form, "wish": "check", "command_id": "check"}
    )
    run_job(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, run.dry_run, Order.objects.count()) == ("done", True, 0)
    console.post(
        reverse("intake.begin_import", args=[run.pk]), {**form, "wish": "import", "command_id": "import"}
    )
    waiting = console.get(reverse("intake.import_state", args=[run.pk])).content.decode()
    assert "hx-get" in waiting
    run_job(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, (run.result or {})["accepted"], Order.objects.count()) == ("done", 2, 2)
    done = console.get(reverse("intake.import", args=[run.pk])).content.decode()
    assert "Download them with their reasons" in done
    answer: Any = console.get(reverse("intake.import_errors", args=[run.pk]))
    errors = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "3,1001,unit_price,oops" in errors
    assert not Path(run.settings["path"]).exists()


def test_a_mapping_is_edited_and_kept(console: Client, tmp_path: Path, home: Path) -> None:
    rows = [("1", "2025-03-01", "Mug", "3.50")]
    header = ("Beleg", "Tag", "Ware", "Preis")
    run = send(console, make_csv(tmp_path / "a.csv", rows, header=header).read_bytes())
    first = console.get(reverse("intake.import", args=[run.pk])).content.decode()
    assert "Columns are missing or not recognised" in first
    form = {
        "column_number": "Beleg", "column_placed_at": "Tag", "column_description": "Ware", "column_unit_price": "Preis",
        "source": "till", "day_first": "auto",
    }  # fmt: skip
    begin = reverse("intake.begin_import", args=[run.pk])
    assert "order line" in console.post(begin, {**form, "wish": "preview"}).content.decode()
    console.post(begin, {**form, "wish": "save", "mapping_name": "Kasse", "command_id": "save"})
    assert ImportMapping.objects.get(name="Kasse").columns["unit_price"] == "Preis"
    other = send(console, make_csv(tmp_path / "b.csv", rows, header=header).read_bytes(), "b.csv")
    page = console.get(reverse("intake.import", args=[other.pk]), {"mapping": "Kasse"})
    assert page.context["preview"].rows[0].amount_minor == 350


@pytest.mark.parametrize("content", [b" ", b"\x00\x01\x02" * 50, b"PK\x03\x04broken"])
def test_rubbish_is_told_in_words_and_leaves_nothing(console: Client, home: Path, content: bytes) -> None:
    run = send(console, content)
    page = console.get(reverse("intake.import", args=[run.pk]))
    assert page.status_code == 200
    assert "This file cannot be read as orders" in page.content.decode()
    assert not Order.objects.exists()


def test_a_file_that_is_no_table_is_explained(console: Client, home: Path) -> None:
    run = send(console, b"just some words\n" * 3)
    assert (
        "Only one column was found" in console.get(reverse("intake.import", args=[run.pk])).content.decode()
    )


def test_stopping_before_and_in_the_middle(console: Client, orders: bytes, home: Path) -> None:
    run = send(console, orders)
    form = mapping_of(console, run)
    console.post(
        reverse("intake.begin_import", args=[run.pk]), {**form, "wish": "import", "command_id": "import"}
    )
    console.post(reverse("intake.cancel_import", args=[run.pk]), {"command_id": "cancel"})
    run_job(run_id=str(run.pk))
    run.refresh_from_db()
    assert (run.state, Order.objects.count()) == ("cancelled", 0)
    second = send(console, orders, "second.csv")
    console.post(
        reverse("intake.begin_import", args=[second.pk]), {**form, "wish": "import", "command_id": "again"}
    )
    ImportRun.objects.filter(pk=second.pk).update(cancel_asked=True)
    run_job(run_id=str(second.pk))
    second.refresh_from_db()
    assert second.state == "cancelled"
    assert "whole" in console.get(reverse("intake.import", args=[second.pk])).content.decode()


def test_an_analyst_may_not_import(client: Client, home: Path) -> None:
    client.force_login(
        User.objects.create_user("an@example.com", name="An", role=Role.ANALYST, language="en"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(reverse("intake.imports")).status_code == 403
    assert (
        client.post(reverse("intake.imports"), {"file": SimpleUploadedFile("a.csv", b"x")}).status_code == 403
    )
    assert ImportRun.objects.count() == 0
