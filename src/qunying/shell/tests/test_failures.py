"""What never reaches a view, or breaks there: words and a fitting status, through every door; private pages stay in no cache."""

import os
import subprocess
import sys
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from qunying.accounts.tests.make import make_browser, make_program

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(("error", "status"), [(OperationalError("gone"), 503), (ValueError("ours"), 500)])
def test_what_breaks_is_told_without_asking_the_database(
    error: Exception, status: int, monkeypatch: pytest.MonkeyPatch, django_assert_num_queries: Any
) -> None:
    def breaks(*_: object) -> None:
        raise error

    monkeypatch.setattr("qunying.members.doors.member.fill_panels", breaks)
    monkeypatch.setattr("qunying.shell.api.find_key_actor", breaks)
    page = Client(raise_request_exception=False, headers={"accept-language": "zh-hans"}).get("/m/")
    assert page.status_code == status
    assert "操作未成功" in page.content.decode()
    assert page["Cache-Control"] == "private, no-store"
    program = Client(raise_request_exception=False, headers={"authorization": "Bearer x"})
    with django_assert_num_queries(0):
        answer = program.get("/api/v1/members")
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert ("Retry-After" in answer) == (status == 503)


def test_a_form_of_before_is_told_in_words() -> None:
    browser = Client(enforce_csrf_checks=True)
    browser.cookies = make_browser(language="zh-hans").cookies
    page = browser.post("/console/brand/", headers={"accept-language": "zh-hans"})
    assert page.status_code == 403
    assert "此表单在您登录之前打开" in page.content.decode()


def test_strangers_cannot_send_what_no_page_takes() -> None:
    many = {f"field{number}": "x" for number in range(1001)}
    assert Client().post("/m/sign-in/", many).status_code == 413
    assert Client(CONTENT_LENGTH="100000001").generic("POST", "/m/sign-in/").status_code == 413


def test_private_pages_and_answers_are_kept_by_no_cache() -> None:
    assert make_browser().get("/console/members/")["Cache-Control"] == "private, no-store"
    assert make_program("members.view").get("/api/v1/members")["Cache-Control"] == "private, no-store"


def test_staff_pages_that_would_send_mail_are_not_served() -> None:
    for page in ("email", "password/reset", "password/reset/key/1-set", "confirm-email/x"):
        assert make_browser().get(f"/sign-in/{page}/").status_code == 404


def test_only_the_proxy_says_where_a_request_came_from() -> None:
    seen: list[tuple[str, str]] = []
    application = wrap_wsgi_with_proxy_headers(
        lambda scope, _: seen.append((scope["REMOTE_ADDR"], scope["wsgi.url_scheme"])), "10.0.0.1"
    )
    for address in ("10.0.0.1", "6.6.6.6"):
        says = {"HTTP_X_FORWARDED_FOR": "1.1.1.1, 2.2.2.2", "HTTP_X_FORWARDED_PROTO": "https"}
        application({"REMOTE_ADDR": address, "wsgi.url_scheme": "http", **says}, None)
    assert seen == [("2.2.2.2", "https"), ("6.6.6.6", "http")]


@pytest.mark.parametrize(
    ("address", "proxies"), [("https://club.example.com/", "127.0.0.1,::1"), ("http://192.0.2.7:8000", "")]
)
def test_the_public_address_is_answered(address: str, proxies: str) -> None:
    """Behind a proxy that speaks https, and with ``qunying run --host``."""
    asks = (
        "from qunying.shell import settings as s; print(s.PUBLIC_URL, s.ALLOWED_HOSTS[-1], repr(s.PROXIES))"
    )
    environment = {**os.environ, "QUNYING_PUBLIC_URL": address}
    told = subprocess.check_output([sys.executable, "-c", asks], env=environment, text=True)
    host = address.removeprefix("https://").removeprefix("http://").split(":")[0].strip("/")
    assert told.split() == [address.rstrip("/"), host, repr(proxies)]
