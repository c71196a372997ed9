"""Imports by API, and what they bring, read back."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunying.accounts.models import User
from qunying.accounts.queries.authenticate_key import hash_secret
from qunying.accounts.roles import Role
from qunying.intake.doors import jobs
from qunying.intake.models import ImportRun
from qunying.intake.tests.make import make_csv, make_line
from qunying.kernel import clock

run_job: Any = jobs.run_import.func  # type: ignore[attr-defined]
pytestmark = pytest.mark.django_db(transaction=True)

type Call = Callable[..., Any]


@pytest.fixture
def call(client: Client) -> Call:
    from qunying.accounts.models import ApiKey

    owner = User.objects.create_user("o@example.com", name="O", role=Role.OWNER)
    ApiKey.objects.create(
        name="k",
        prefix="qy",
        secret_hash=hash_secret("qy_k"),
        scopes=["*"],
        created_by=owner,
        created_at=clock.now(),
    )

    def run(method: str, path: str, data: Any = None, **headers: str) -> Any:
        send = getattr(client, method)
        return send(f"/api/v1{path}", data, headers={"Authorization": "Bearer qy_k", **headers})

    return run


def test_a_file_is_sent_followed_and_read_back(call: Call, tmp_path: Path, home: Path) -> None:
    rows = [make_line(), make_line(invoice_no="1002", unit_price="x"), make_line(stock_code="B2")]
    content = make_csv(tmp_path / "a.csv", rows).read_bytes()

    def send() -> Any:
        body = {"file": SimpleUploadedFile("a.csv", content), "currency": "GBP", "mapping": "retail"}
        return call("post", "/imports/orders", body, **{"Idempotency-Key": "one"})

    first, again = send(), send()
    assert (first.status_code, again.status_code) == (202, 202), first.content
    assert first.json()["id"] == again.json()["id"]
    run = ImportRun.objects.get()
    run_job(run_id=str(run.pk))
    told = call("get", f"/imports/{run.pk}").json()
    assert (told["state"], told["result"]["accepted"], told["result"]["rejected"]) == ("done", 2, 1)
    assert "errors_file" not in told["result"]
    errors = b"".join(call("get", f"/imports/{run.pk}/errors").streaming_content).decode("utf-8-sig")
    assert "3,1002,unit_price,x" in errors
    orders = call("get", "/orders").json()["items"]
    assert [(order["number"], order["total_minor"], order["currency"]) for order in orders] == [
        ("1001", 1400, "GBP")
    ]
    details = call("get", f"/orders/{orders[0]['id']}").json()
    assert {line["stock_code"] for line in details["lines"]} == {"A1", "B2"}
    assert call("get", "/orders?number=1001").json()["items"] == orders
    assert call("get", f"/orders?member_id={orders[0]['member_id']}").json()["items"] == orders
    assert [product["code"] for product in call("get", "/products?search=A").json()["items"]] == ["A1"]
    assert call("get", "/imports").json()["items"][0]["id"] == str(run.pk)


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"zone": "Mars/Olympus"}, "unknown_zone"),
        ({"currency": "XYZ"}, "unknown_currency"),
        ({"mapping": "nobody's"}, "import_mapping_not_found"),
    ],
)
def test_nonsense_is_refused(call: Call, home: Path, wish: dict[str, str], code: str) -> None:
    answer = call("post", "/imports/orders", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), **wish})
    assert answer.json()["code"] == code
    assert answer.status_code in {404, 422}


def test_an_empty_upload_and_unknown_ids(call: Call, home: Path) -> None:
    assert call("post", "/imports/orders", {"file": SimpleUploadedFile("a.csv", b"")}).status_code == 422
    assert call("get", "/imports/6f1d4f6e-41f5-4d0b-9c57-0d6f9a6b8f10").status_code == 404
    assert call("get", "/imports/6f1d4f6e-41f5-4d0b-9c57-0d6f9a6b8f10/errors").status_code == 404
    assert call("get", "/orders/6f1d4f6e-41f5-4d0b-9c57-0d6f9a6b8f10").status_code == 404
    assert call("get", "/orders?cursor=nonsense").status_code == 422
