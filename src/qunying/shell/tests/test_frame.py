"""What the console's frame links to: finding pages and members, and nothing of the framework's own."""

import pytest
from django.test import Client
from django.urls import reverse

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.members.tests.make import make_member

pytestmark = pytest.mark.django_db


def signed_in(role: Role) -> Client:
    program = Client(headers={"accept-language": "en"})
    program.force_login(make_staff(role))
    return program


def found(role: Role, words: str) -> str:
    return signed_in(role).get(reverse("admin:search"), {"s": words}).content.decode()


def test_pages_and_members_are_found_as_far_as_they_may_be_opened() -> None:
    member = make_member(name="Ada Lovelace")
    assert reverse("members.profile", args=[member.id]) in found(Role.OWNER, "ada")
    assert reverse("accounts.audit") in found(Role.OWNER, "AUDIT")
    assert reverse("accounts.audit") not in found(Role.CUSTOMER_SERVICE, "audit")
    assert "Nothing found" in found(Role.OWNER, "<b>nobody")
    assert Client().get(reverse("admin:search"), {"s": "ada"}).status_code == 401


@pytest.mark.parametrize(
    "page", ["login/", "auth/group/add/", "mfa/authenticator/", "procrastinate/procrastinatejob/"]
)
def test_the_pages_of_the_framework_are_not_served(page: str) -> None:
    assert signed_in(Role.OWNER).get(reverse("admin:index") + page).status_code == 404


def test_signing_out_ends_the_session() -> None:
    program = signed_in(Role.OWNER)
    program.post(reverse("admin:logout"))
    assert program.get(reverse("members.list")).status_code == 302
