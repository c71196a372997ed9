"""Signing in: links that work once, passwords, a second factor that links do not go round."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.conf import settings
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
