"""Nobody opens a page of the console without being signed in and allowed to."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from qunying.accounts.roles import PERMISSIONS, Role
from qunying.accounts.tests.make import make_browser
from qunying.kernel.actions import registry
from qunying.kernel.actors import Actor
from qunying.shell import middleware
from qunying.shell.menu import MENU
from tests.safety.addresses import Address, addresses

# Open to people who are not signed in, each with the reason.
PUBLIC = {
    "accounts.sign_in_by_link": "the link is how they sign in",
    "console": "only sends on to the overview",
}
BROWSER = {
    "accept": "text/html,*/*;q=0.8"
}  # who opens an address that only takes forms is led to the page above it
PAGES = [address for address in addresses("console/") if address.name not in PUBLIC]


def permission_of(address: Address) -> str:
    """The permission that the page asks for, as its decorator says."""
    permission = getattr(address.view, "permission", "")
    assert permission, f"{address.name} is no @page: it does not say who may open it"
    return str(permission)


def actor(role: Role) -> Actor:
    return Actor(kind="staff", id=role.value, permissions=PERMISSIONS[role])


def test_there_are_pages() -> None:
    assert len(PAGES) > 10


@pytest.mark.parametrize("address", PAGES, ids=str)
def test_every_page_names_a_permission_that_exists(address: Address) -> None:
    permission = permission_of(address)
    noun = permission.split(".")[0]
    views = {entry[3] for _title, entries in MENU for entry in entries}
    assert permission in views | set(registry) | {f"{noun}.view", "accounts.view_audit"}, permission
    assert any(actor(role).may(permission) for role in Role if role is not Role.OWNER) or noun == "accounts"


@pytest.mark.parametrize("address", PAGES, ids=str)
def test_strangers_are_sent_to_sign_in(address: Address, db: None) -> None:
    for method in ("get", "post"):
        response = getattr(Client(headers=BROWSER), method)(address.path)
        if method == "post" and response.status_code == 405:
            continue
        assert response.status_code == 302, (method, response.status_code)
        if not address.path.startswith(response["Location"]):  # to the page of a form
            assert response["Location"].startswith(reverse("account_login")), response["Location"]


@pytest.mark.parametrize("role", list(Role))
def test_roles_open_only_what_they_may(role: Role, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    # Hundreds of times the same page of words: others look at that.
    monkeypatch.setattr(
        middleware, "answer_in_words", lambda _, problem: HttpResponse(status=problem.kind.http_status)
    )
    browser = make_browser(role)
    allowed = actor(role)
    for address in PAGES:
        for method in ("get", "post"):
            if allowed.may(permission_of(address)):
                continue
            status = getattr(browser, method)(address.path).status_code
            assert status in {403, 405}, (address.name, method, status)


def test_posts_need_the_token_of_the_form(db: None) -> None:
    known = make_browser(Role.OWNER)
    careful = Client(enforce_csrf_checks=True)
    careful.cookies = known.cookies
    for address in PAGES:
        assert careful.post(address.path).status_code in {403, 405}, address.name


def test_closed_accounts_are_out_at_once(db: None) -> None:
    browser = make_browser(Role.MANAGER)
    from qunying.accounts.models import User

    User.objects.update(is_active=False)
    assert browser.get(reverse("insights.dashboard")).status_code == 302
