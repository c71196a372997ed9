"""The member web: only one's own, nothing by GET, a strict policy, no words that run."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import sign_link
from qunying.members.actions.tag_member import tag_member
from qunying.members.member_web import COOKIE
from qunying.members.models import Consent, Member, MemberSession
from qunying.members.tests.make import agree, anybody, make_member, sign_in

pytestmark = pytest.mark.django_db
SCRIPT = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>"


@pytest.fixture
def member():
    return make_member(name="Anna", email="anna@example.com", attributes={"city": "Köln"})


@pytest.fixture
def browser(member):
    client = Client(headers={"accept-language": "en"})
    sign_in(client, member)
    return client


PAGES = ["members.home", "members.my_data", "members.download_my_data"]


@pytest.mark.parametrize("name", PAGES)
def test_headers_are_strict(browser, name, home):
    response = browser.get(reverse(name))
    policy = response["Content-Security-Policy"]
    assert response.status_code == 200
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert response["Cache-Control"] == "private, no-store"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert "set-cookie" not in {name.lower() for name in response.headers} or COOKIE not in response.cookies


def test_pages_have_no_scripts_of_their_own_and_no_inline_styles(browser):
    for name in PAGES[:2]:
        text = browser.get(reverse(name)).content.decode()
        assert not re.search(
            r"<script(?! nonce=\"[^\"]+\" src=\"/static/members/app.js\" defer></script>)|<style|\sstyle=|\son[a-z]+=",
            text,
        )


def test_without_a_session_own_pages_lead_to_the_start(member):
    stranger = Client(headers={"accept-language": "en"})
    for name in PAGES[1:]:
        response = stranger.get(reverse(name))
        assert response.status_code in {302, 401}
        assert b"anna@example.com" not in response.content
    assert b"Welcome" in stranger.get("/m/").content


@pytest.mark.parametrize("cookie", ["", "x", "a.b.c", "\x00", "é"])
def test_a_strange_cookie_is_nobody(cookie):
    client = Client()
    client.cookies[COOKIE] = cookie
    assert b"m-signed-in" not in client.get("/m/").content


def test_a_link_of_another_purpose_is_no_session(member, browser):
    session = MemberSession.objects.get()
    client = Client()
    until = clock.now() + timedelta(days=1)
    client.cookies[COOKIE] = sign_link("offer", {"session": str(session.id)}, until)
    assert b"m-signed-in" not in client.get("/m/").content
    client.cookies[COOKIE] = sign_link("member_session", {"session": str(new_id())}, until)
    assert b"m-signed-in" not in client.get("/m/").content


def test_the_cookie_is_closed_to_scripts(browser):
    cookie = browser.cookies[COOKIE]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/m/"
    assert int(cookie["max-age"]) == 30 * 24 * 3600


def test_a_session_ends_with_time_and_on_the_server(browser):
    assert b"<bdi>Anna</bdi>" in browser.get("/m/").content
    MemberSession.objects.update(expires_at=clock.now())
    assert b"<bdi>Anna</bdi>" not in browser.get("/m/").content


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(browser):
    copy = Client()
    copy.cookies[COOKIE] = browser.cookies[COOKIE].value
    assert browser.get("/m/sign-out/").status_code == 405
    assert b"m-signed-in" in copy.get("/m/").content
    assert browser.post("/m/sign-out/").status_code == 302
    assert b"m-signed-in" not in copy.get("/m/").content


def test_my_data_shows_my_own_only(browser, member):
    make_member(name="Ben", email="ben@example.com")
    text = browser.get("/m/data/").content.decode()
    assert "anna@example.com" in text
    assert "Köln" in text
    assert "ben@example.com" not in text


def test_consent_changes_by_post_only(browser, member):
    browser.get("/m/data/?channel=email&answer=agree")
    assert not Consent.objects.exists()
    form = {
        "channel": "email",
        "answer": "agree",
        "command_id": str(new_id()),
        "member_id": str(make_member().id),
    }
    assert browser.post("/m/data/", form).status_code == 302
    assert browser.post("/m/data/", form).status_code == 302
    consent = Consent.objects.get()
    assert (consent.member_id, consent.channel, consent.granted) == (member.id, "email", True)
    browser.post("/m/data/", {"channel": "email", "answer": "withdraw"})
    assert not Consent.objects.get().granted


def test_a_form_from_another_site_is_refused(member):
    client = Client(enforce_csrf_checks=True)
    sign_in(client, member)
    assert client.post("/m/data/", {"channel": "email", "answer": "agree"}).status_code == 403
    assert not Consent.objects.exists()


@pytest.mark.parametrize("channel", ["", "fax", "\x00", "x" * 5000])
def test_a_strange_channel_shows_a_page(browser, channel):
    response = browser.post("/m/data/", {"channel": channel, "answer": "agree"})
    assert response.status_code == 422
    assert "unsafe" not in response["Content-Security-Policy"]


def test_words_of_members_do_not_run(browser, member):
    Member.objects.update(name=SCRIPT)
    from qunying.members.models import Attribute

    Attribute.objects.update(value=SCRIPT, name=SCRIPT)
    for name in PAGES[:2]:
        text = browser.get(reverse(name)).content.decode()
        assert "<script>" not in text
        assert "<img" not in text


def test_the_language_follows_the_browser_and_the_switch(browser):
    chinese = Client(headers={"accept-language": "zh-CN,zh;q=0.9"})
    assert 'lang="zh-hans"' in chinese.get("/m/").content.decode()
    assert 'lang="en"' in browser.get("/m/").content.decode()
    browser.post(reverse("set_language"), {"language": "zh-hans", "next": "/m/"})
    assert 'lang="zh-hans"' in browser.get("/m/").content.decode()


def test_the_download_is_whole(browser, member, home):
    tag_member(
        command_id=str(new_id()), actor=anybody(), now=clock.now(), member_id=member.id, tag="marker tag"
    )
    agree(member.id, "wecom", text="marker text")
    other = make_member(email="ben@example.com")
    response = browser.get("/m/data/download/")
    data = json.loads(response.content)
    assert response["Content-Disposition"].startswith("attachment")
    text = json.dumps(data, ensure_ascii=False)
    for marker in [
        "Anna",
        "anna@example.com",
        "Köln",
        "marker tag",
        "marker text",
        "member_created",
        "consent_changed",
    ]:
        assert marker in text, marker
    assert "ben@example.com" not in text
    assert str(other.id) not in text


def test_the_download_is_not_for_hammering(browser, home):
    for _ in range(5):
        assert browser.get("/m/data/download/").status_code == 200
    assert browser.get("/m/data/download/").status_code == 429
