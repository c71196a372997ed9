"""Links that sign in: one click, one use, one purpose, a short time; and what they do not open."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from qunying.kernel import clock
from qunying.kernel.ids import new_id
from qunying.kernel.signed_links import BrokenLink, sign_link
from qunying.members.models import MemberSession
from qunying.members.sign_in_links import message_link, read_sign_in_link
from qunying.members.tests.make import make_member, sign_in
from qunying.messages.doors.jobs import deliver_code
from qunying.messages.models import MailboxItem
from qunying.messages.tests.make import dispatch, make_template, plan

pytestmark = pytest.mark.django_db


@pytest.fixture
def phone() -> Client:
    return Client(headers={"Accept-Language": "en"})


def path_in(text: str) -> str:
    found = re.search(r"/m/sign-in/link/\S+", text)
    assert found
    return found[0]


def mailed_link(phone: Client, after: str = "") -> Any:
    """Ask for a code and return the link of the mail and the way to the page for the code."""
    asked = phone.post("/m/sign-in/", {"contact": "lin@example.com", "next": after})
    for job in ProcrastinateJob.objects.filter(task_name="messages.deliver_code"):
        deliver_code.func.__wrapped__(**job.args)  # type: ignore[attr-defined]
    return path_in(MailboxItem.objects.latest("delivered_at").body), asked["Location"]


def test_the_link_beside_a_code_signs_in_after_one_click(phone: Client) -> None:
    member = make_member(name="Lin", email="lin@example.com")
    link, _page = mailed_link(phone, "/m/data/")
    scanner = Client()
    for _ in range(3):  # whatever only looks uses up nothing
        assert scanner.get(link).status_code == 200
    assert scanner.head(link).status_code == 405
    assert "Lin" in phone.get(link).content.decode()
    assert not MemberSession.objects.exists()
    done = phone.post(link)
    assert (done.status_code, done["Location"]) == (302, "/m/data/")
    assert MemberSession.objects.get().member_id == member.pk
    assert phone.get("/m/data/").status_code == 200
    assert phone.get(link)["Location"] == "/m/data/"  # the same person once more
    assert scanner.post(link).status_code == scanner.get(link).status_code == 410
    assert MemberSession.objects.count() == 1


@pytest.mark.parametrize("after", ["/m/data/\0", "/m/data/\x1b", "/m/\r\nX: y"])
def test_a_page_that_cannot_be_written_down_is_left_out(phone: Client, after: str) -> None:
    make_member(email="lin@example.com")
    link, _page = mailed_link(phone, after)
    assert phone.post(link)["Location"] == "/m/"


def test_link_and_code_are_one_use(phone: Client) -> None:
    make_member(email="lin@example.com")
    link, page = mailed_link(phone)
    code = re.search(r"\d{6}", MailboxItem.objects.get().body)
    assert code
    assert Client().post(link).status_code == 302
    code_id = page.split("id=")[1].split("&")[0]
    assert phone.post("/m/sign-in/code/", {"id": code_id, "code": code[0]}).status_code == 422


def test_no_other_token_signs_in(phone: Client) -> None:
    member, soon = make_member(), clock.now() + timedelta(minutes=5)
    good = message_link(member.pk, new_id(), clock.now()).rpartition("/")[2]
    for place, sign in enumerate(good):
        other = good[:place] + ("A" if sign != "A" else "B") + good[place + 1 :]
        with pytest.raises(BrokenLink):
            read_sign_in_link(other, clock.now())
    fields = {"member": str(member.pk), "message": str(new_id())}
    bad = [
        sign_link("link", fields, soon),
        sign_link("sign_in", fields, clock.now()),
        sign_link("sign_in", {"member": str(member.pk)}, soon),
        sign_link("sign_in", {}, soon),
        good[:-1],
    ]
    for token in bad:
        assert phone.get(f"/m/sign-in/link/{token}").status_code == 404
        assert phone.post(f"/m/sign-in/link/{token}").status_code == 404
    assert not MemberSession.objects.exists()
    tries = [
        phone.post(f"/m/sign-in/link/{sign_link('sign_in', fields, soon)}9").status_code for _ in range(6)
    ]
    assert tries[-1] == 404  # what is not ours does not even count
    tries = [Client().post(f"/m/sign-in/link/{good}").status_code for _ in range(12)]
    assert tries[0] == 302
    assert set(tries[1:]) == {410}


def test_the_link_of_a_message_signs_in_but_opens_no_personal_data(phone: Client) -> None:
    now = clock.now()
    member = make_member(consents={"mailbox": True})
    template = make_template(purpose="service", body="Come in: {{ sign_in_link }}")
    plan([member.pk], now=now, template_id=template)
    dispatch(now)
    link = path_in(MailboxItem.objects.get().body)
    assert phone.post(link)["Location"] == "/m/"
    assert MemberSession.objects.get().member_id == member.pk
    assert phone.get("/m/me/").status_code == 200
    asked = phone.get("/m/data/")
    assert asked.status_code == 302
    assert asked["Location"].startswith("/m/sign-in/?next=")
    assert Client().post(link).status_code == 410
    sign_in(phone, member)
    assert phone.get("/m/data/").status_code == 200
