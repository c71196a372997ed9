"""Inviting people, changing what they may do, and never losing the last owner."""

from datetime import UTC, datetime

import pytest

from qunying.accounts.actions.change_staff import LastOwner, change_staff
from qunying.accounts.actions.invite_staff import EmailInvalid, EmailTaken, invite_staff
from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.actors import Forbidden

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 1, 1, tzinfo=UTC)


def invite(actor, email="new@example.com"):
    return invite_staff(command_id=email, actor=actor, now=NOW, email=email, name="New", role=Role.ANALYST)


def test_an_owner_invites_and_the_person_has_the_role() -> None:
    invited = invite(make_staff().actor, " New@Example.com ")
    person = User.objects.get(pk=invited.user_id)
    assert person.email == "new@example.com"
    assert person.actor.may("insights.view")
    assert not person.actor.may("campaigns.launch_campaign")
    assert not person.has_usable_password()


def test_an_email_belongs_to_one_person_and_must_be_one() -> None:
    owner = make_staff().actor
    invite(owner)
    with pytest.raises(EmailTaken):
        invite_staff(command_id="2", actor=owner, now=NOW, email="NEW@example.com", name="x", role=Role.OWNER)
    with pytest.raises(EmailInvalid):
        invite(owner, "nobody")


@pytest.mark.parametrize("role", [Role.MANAGER, Role.OPERATOR, Role.ANALYST, Role.CUSTOMER_SERVICE])
def test_only_owners_invite(role: Role) -> None:
    with pytest.raises(Forbidden):
        invite(make_staff(role).actor)


def test_the_last_owner_stays() -> None:
    owner = make_staff()

    def change(command_id: str, role: Role, is_active: bool) -> None:
        change_staff(
            command_id=command_id,
            actor=owner.actor,
            now=NOW,
            user_id=owner.id,
            name="x",
            role=role,
            is_active=is_active,
        )

    for number, (role, active) in enumerate([(Role.ANALYST, True), (Role.OWNER, False)]):
        with pytest.raises(LastOwner):
            change(str(number), role, active)
    make_staff(Role.OWNER)
    change("3", Role.ANALYST, True)
    owner.refresh_from_db()
    assert owner.role == Role.ANALYST


def test_closed_access_ends_with_the_next_request() -> None:
    browser = make_browser(Role.ANALYST)
    User.objects.filter(role=Role.ANALYST.value).update(is_active=False)
    assert browser.get("/console/staff/").status_code == 302


def test_staff_page_invites_and_shows_the_link_once() -> None:
    browser = make_browser()
    page = browser.post(
        "/console/staff/",
        {"name": "Lin", "email": "lin@example.com", "role": "operator", "command_id": "c"},
        follow=True,
    )
    assert "/console/sign-in/" in page.content.decode()
    assert User.objects.get(email="lin@example.com").role == "operator"


def test_pages_ask_the_role() -> None:
    browser = make_browser(Role.ANALYST)
    for path in ("staff", "interfaces", "brand", "audit"):
        assert browser.get(f"/console/{path}/").status_code == 403
