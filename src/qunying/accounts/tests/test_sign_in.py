"""Signing in: links that work once, passwords, a second factor that links do not go round."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
)
from django.conf import settings
from django.core.cache import cache
from django.test import Client

from qunying.accounts.models import User
from qunying.accounts.queries.sign_in_links import make_sign_in_link
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.kernel.models import Command

pytestmark = pytest.mark.django_db


def path_of(link: str) -> str:
    return link.removeprefix(settings.PUBLIC_URL)


def test_a_link_signs_in_on_post_and_only_once() -> None:
    link = path_of(make_sign_in_link(make_staff()))
    browser = Client()
    assert browser.get(link).status_code == 200
    assert "_auth_user_id" not in browser.session
    assert browser.post(link).status_code == 302
    assert "_auth_user_id" in browser.session
    assert Client().post(link).status_code == 404


def test_a_link_dies_after_a_day_and_does_not_bend() -> None:
    user = make_staff()
    with time_machine.travel(datetime.now(UTC) - timedelta(hours=25)):
        old = path_of(make_sign_in_link(user))
    assert Client().post(old).status_code == 404
    link = path_of(make_sign_in_link(user))
    assert Client().post(link[:-2] + ("0/" if link[-2] != "0" else "1/")).status_code == 404


def test_a_link_does_not_go_round_the_second_factor() -> None:
    user = make_staff()
    TOTP.activate(user, generate_totp_secret())
    browser = Client()
    answer = browser.post(path_of(make_sign_in_link(user)))
    assert "_auth_user_id" not in browser.session
    assert answer["Location"].startswith("/sign-in/2fa/")
    assert Authenticator.objects.filter(user=user).exists()
    assert get_adapter().get_totp_issuer() == "Qunying"


def test_nobody_signs_up() -> None:
    page = Client().get("/sign-in/signup/")
    assert b"<form" not in page.content.split(b"<footer")[0]


def test_a_password_signs_in() -> None:
    user = make_staff(email="who@example.com")
    user.set_password("a long enough one 42")
    user.save()
    browser = Client()
    assert (
        browser.post("/sign-in/login/", {"login": "who@example.com", "password": "wrong"}).status_code == 200
    )
    browser.post("/sign-in/login/", {"login": "WHO@example.com", "password": "a long enough one 42"})
    assert "_auth_user_id" in browser.session


def test_a_link_for_somebody_else_leaves_a_trace_without_the_link() -> None:
    """Who holds a link acts as that person: no four eyes are worth anything if it can be made unseen."""
    person, browser = make_staff(Role.MANAGER), make_browser()
    page = browser.post(f"/console/staff/{person.id}/link/", follow=True).content.decode()
    assert f"/console/sign-in/{person.id}/" in page
    noted = Command.objects.get(action="accounts.renew_sign_in_link")
    assert noted.answer == {"user_id": str(person.id), "email": person.email}
    assert make_browser(Role.MANAGER).post(f"/console/staff/{person.id}/link/").status_code == 403
    User.objects.filter(pk=person.pk).update(is_active=False)
    browser.post(f"/console/staff/{person.id}/link/")
    assert Command.objects.filter(action="accounts.renew_sign_in_link", refusal__isnull=False).count() == 1


def noted(user: User) -> list[tuple[str, str]]:
    """Return what the audit has of a person's sign-ins: what was done, and by what or why not."""
    rows = Command.objects.filter(actor=f"staff:{user.id}", action__startswith="accounts.sign_").order_by(
        "id"
    )
    return [
        (row.action, row.refusal["code"] if row.refusal else " ".join((row.answer or {}).get("ways", ["-"])))
        for row in rows
    ]


@time_machine.travel(datetime.now(UTC), tick=False)  # a code holds for half a minute
def test_the_audit_shows_who_came_in_who_did_not_and_who_left() -> None:
    user, secret = make_staff(email="seen@example.com"), generate_totp_secret()
    user.set_password("a long enough one 42")
    user.save()
    browser = Client(REMOTE_ADDR="192.0.2.7", headers={"accept-language": "en"})
    browser.post(path_of(make_sign_in_link(user)))
    browser.post("/sign-in/logout/")
    TOTP.activate(user, secret)
    for word in ("a wrong one", "a long enough one 42"):
        browser.post("/sign-in/login/", {"login": "seen@example.com", "password": word})
    right = format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30))
    for code in (*(["000000" if right != "000000" else "111111"] * 7), right):
        browser.post("/sign-in/2fa/authenticate/", {"code": code})
    assert "_auth_user_id" not in browser.session
    cache.clear()
    browser.post("/sign-in/2fa/authenticate/", {"code": right})
    assert "_auth_user_id" in browser.session
    found = noted(user)
    assert found[:3] == [
        ("accounts.sign_in", "link"),
        ("accounts.sign_out", "-"),
        ("accounts.sign_in", "sign_in_wrong_password"),
    ]
    assert found[-1] == ("accounts.sign_in", "password code")
    refusals = [why for _action, why in found[3:-1]]
    assert set(refusals) == {"sign_in_wrong_code", "sign_in_too_many"}
    assert refusals.count("sign_in_too_many") == 1  # however often it is tried
    assert "a wrong one" not in str(list(Command.objects.values()))
    page = browser.get("/console/audit/?action=accounts.sign_&by=all").content.decode()
    assert "a password · a code of the second factor · 192.0.2.7" in page
    assert "The code of the second factor was wrong, from 192.0.2.7." in page
