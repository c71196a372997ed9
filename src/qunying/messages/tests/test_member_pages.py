"""Signing in, following a message's link, stopping messages: what each page may and may not do."""

import re
from datetime import timedelta
from typing import Any, cast

import pytest
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import read_link, sign_link
from qunying.members.models import Consent, MemberSession
from qunying.members.queries.list_contacts import list_consents
from qunying.members.tests.make import make_member
from qunying.messages.built_in import MAILBOX_ID
from qunying.messages.doors.jobs import deliver_code
from qunying.messages.models import MailboxItem, Send
from qunying.messages.sending.links import LINK_PAGE, UNSUBSCRIBE_PAGE, Link, unsubscribe_url
from qunying.messages.tests.make import make_template, plan
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Client:
    return Client(headers={"Accept-Language": "en"})


def ask(phone: Client, contact: str, after: str = "") -> Any:
    return phone.post("/m/sign-in/", {"contact": contact, "next": after})


def run_deliveries() -> None:
    for job in ProcrastinateJob.objects.filter(task_name="messages.deliver_code"):
        cast(Any, deliver_code).func.__wrapped__(**job.args)


def test_a_code_reaches_the_mailbox_and_starts_a_session(phone: Client) -> None:
    member = make_member(email="lin@example.com")
    asked = ask(phone, " Lin@Example.com ", "/m/data/")
    assert asked.status_code == 302
    assert asked["Location"].startswith("/m/sign-in/code/?id=")
    assert "lin" not in asked["Location"].lower()
    run_deliveries()
    item = MailboxItem.objects.get()
    assert item.send.member_id == member.pk
    code = re.search(r"\d{6}", item.body)
    assert code
    code_id = asked["Location"].split("id=")[1].split("&")[0]
    page = phone.get(asked["Location"])
    assert page.status_code == 200
    wrong = phone.post("/m/sign-in/code/", {"id": code_id, "code": "x", "next": "/m/data/"})
    assert wrong.status_code == 422
    assert "not right" in wrong.content.decode()
    done = phone.post("/m/sign-in/code/", {"id": code_id, "code": code[0], "next": "/m/data/"})
    assert (done.status_code, done["Location"]) == (302, "/m/data/")
    assert MemberSession.objects.get().member_id == member.pk
    assert phone.get("/m/data/").status_code == 200
    assert Send.objects.get().sealed_variables == ""


def test_a_strangers_contact_gets_the_same_page_and_no_message(phone: Client) -> None:
    make_member(email="lin@example.com")
    known, stranger = ask(phone, "lin@example.com"), ask(phone, "stranger@example.com")
    assert known.status_code == stranger.status_code == 302
    assert len(known["Location"]) == len(stranger["Location"])
    run_deliveries()
    assert MailboxItem.objects.count() == 1


def test_delivering_twice_sends_one_message(phone: Client) -> None:
    make_member(email="lin@example.com")
    ask(phone, "lin@example.com")
    run_deliveries()
    run_deliveries()
    assert MailboxItem.objects.count() == 1


def test_nonsense_and_haste_are_told_on_the_page(phone: Client) -> None:
    assert ask(phone, "nobody").status_code == 422
    assert ask(phone, "a\x00@b").status_code == 422
    answers = [ask(phone, "lin@example.com").status_code for _ in range(4)]
    assert answers == [302, 302, 302, 429]
    assert phone.get("/m/sign-in/code/?id=nonsense").status_code == 302


@pytest.mark.parametrize(
    "where", ["https://evil.example/", "//evil.example", "/m/../console/", "/console/", "/\\evil"]
)
def test_nobody_is_led_away(where: str, phone: Client) -> None:
    answer = ask(phone, "lin@example.com", where)
    assert "evil" not in answer["Location"]
    assert "console" not in answer["Location"]


def sent_with_link() -> Send:
    now = clock.now()
    member = make_member(consents={"mailbox": True})
    link = Link("/m/offers/", "offer", {"campaign": "c1"}, now + timedelta(days=3))
    plan([member.pk], now=now, link=link)
    return Send.objects.get()


def test_a_link_leads_on_and_is_noted_once(phone: Client) -> None:
    send = sent_with_link()
    token = sign_link("link", {"send": str(send.pk)}, clock.now() + timedelta(days=3))
    for _ in range(3):
        answer = phone.get(f"/m/l/{token}")
        assert answer.status_code == 302
        assert answer["Location"].startswith("/m/offers/")
    fields = read_link(answer["Location"].removeprefix("/m/offers/"), "offer", clock.now())
    assert fields == {"campaign": "c1", "member": str(send.member_id)}
    told = Event.objects.get(name="message_clicked")
    assert (told.member_id, told.campaign_id) == (send.member_id, send.campaign_id)
    send.refresh_from_db()
    assert send.clicked_at is not None


def test_what_is_fetched_ahead_is_no_click(phone: Client) -> None:
    send = sent_with_link()
    token = sign_link("link", {"send": str(send.pk)}, clock.now() + timedelta(days=3))
    assert phone.get(f"/m/l/{token}", headers={"Sec-Purpose": "prefetch"}).status_code == 204
    assert phone.head(f"/m/l/{token}").status_code == 405
    assert not Event.objects.filter(name="message_clicked").exists()


def test_the_pages_are_where_messages_say() -> None:
    assert reverse("messages.follow_link", args=["t"]) == f"{LINK_PAGE}t"
    assert reverse("messages.unsubscribe", args=["t"]) == f"{UNSUBSCRIBE_PAGE}t"


def test_bad_links_are_not_found(phone: Client) -> None:
    send = sent_with_link()
    soon = clock.now() + timedelta(days=1)
    good = sign_link("link", {"send": str(send.pk)}, soon)
    bad = [
        good[:-1] + ("A" if good[-1] != "A" else "B"),
        sign_link("offer", {"send": str(send.pk)}, soon),
        sign_link("link", {"send": str(send.pk)}, clock.now() - timedelta(seconds=1)),
        sign_link("link", {"send": str(new_id())}, soon),
        sign_link("link", {"send": "x"}, soon),
        sign_link("link", {}, soon),
        "x",
    ]
    for token in bad:
        assert phone.get(f"/m/l/{token}").status_code == 404, token
        assert phone.get(f"/m/unsubscribe/{token}").status_code == 404, token


def test_unsubscribing_needs_a_post_and_no_sign_in(phone: Client) -> None:
    member = make_member(consents={"mailbox": True, "email": True})
    url = unsubscribe_url(member.pk, "mailbox", clock.now()).removeprefix("http://127.0.0.1:8000")
    page = phone.get(url)
    assert page.status_code == 200
    assert "Unsubscribe" in page.content.decode()
    assert list_consents([member.pk], "mailbox") == {member.pk: True}
    strict = Client(enforce_csrf_checks=True)
    for _ in range(2):
        done = strict.post(url, {"List-Unsubscribe": "One-Click"})
        assert done.status_code == 200
    assert list_consents([member.pk], "mailbox") == {member.pk: False}
    assert list_consents([member.pk], "email") == {member.pk: True}
    assert Consent.objects.get(member=member, channel="mailbox").text_hash
    assert plan([member.pk], channel_id=MAILBOX_ID).dropped == {"no_consent": 1}
    assert plan([member.pk], template_id=make_template(purpose="service")).planned == 1
