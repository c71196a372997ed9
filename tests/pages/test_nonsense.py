"""Every page that is asked with nonsense in its address answers in words: never a server error."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

import qunying
from qunying.accounts.tests.make import make_staff
from tests.safety.addresses import Address, addresses

SOURCE = Path(qunying.__file__).parent
NONSENSE = (
    "-1",
    "99999999999999999999999",
    "9999-99-99",
    "0001-01-01",
    "a\x00b",
    "' OR 1=1 --",
    "ÿ𠮷\u202e",
    "{}",
    "[]",
    "",
)
WORST = ("-1", "99999999999999999999999", "0001-01-01", "a\x00b")  # what has broken pages before


def parameter_names() -> list[str]:
    """All names by which a door reads the address, from the source, so that a new one is tried without being listed."""
    doors = "\n".join(file.read_text() for file in SOURCE.glob("*/doors/**/*.py"))
    return sorted(
        {"page", "sort", "o", "q", *re.findall(r"""GET(?:\.get|\.getlist)?[\[(]\s*["'](\w+)["']""", doors)}
    )


@pytest.fixture
def owner() -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(make_staff(), backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def broken_by(client: Client, pages: list[Address], nonsense: tuple[str, ...]) -> list[str]:
    """Return which pages end in a server error, and what they were asked."""
    names = [name for name in parameter_names() if name != "cursor"]
    asked = [
        (page.path, parameters)
        for page in pages
        for value in (nonsense[:1] if page.has_arguments else nonsense)
        for parameters in (dict.fromkeys(names, value), {"cursor": value})
    ]
    return [
        f"{path}?{urlencode(parameters)[:200]}"
        for path, parameters in asked
        if client.get(path, parameters).status_code >= 500
    ]


def test_names_are_found() -> None:
    assert {"cursor", "search", "reason"} <= set(parameter_names())


@pytest.fixture
def without_frame(settings: Any, tmp_path: Path) -> None:
    """Pages of the console without what surrounds them all: that is most of the work of a page."""
    (tmp_path / "admin").mkdir()
    (tmp_path / "admin" / "base.html").write_text("{% block content %}{% endblock %}")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]


@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_console_breaks(owner: Client, without_frame: None) -> None:
    assert not broken_by(owner, addresses("console/"), WORST)


@pytest.mark.full
@pytest.mark.django_db(transaction=True)
def test_no_page_of_the_console_breaks_with_its_frame(owner: Client) -> None:
    assert not broken_by(owner, addresses("console/"), NONSENSE)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    "nonsense", [WORST, pytest.param(NONSENSE, marks=pytest.mark.full)], ids=["worst", "all"]
)
def test_no_page_for_members_breaks(nonsense: tuple[str, ...]) -> None:
    assert not broken_by(Client(raise_request_exception=False), addresses("m/"), nonsense)
