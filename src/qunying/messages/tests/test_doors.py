"""Console pages, API and commands of messages."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.members.tests.make import make_member
from qunying.messages.doors.cli import app
from qunying.messages.models import Channel, Send, Template
from qunying.messages.tests.make import dispatch, make_template, plan

pytestmark = pytest.mark.django_db
PAGES = ("", "mailbox/", "unknown/", "texts/", "texts/new/", "channels/", "channels/new/email/")


@pytest.mark.parametrize("path", PAGES)
def test_pages_open_empty_and_full_for_who_may(path: str) -> None:
    browser = make_browser()
    assert browser.get(f"/console/messages/{path}").status_code == 200
    plan([make_member(consents={"mailbox": True}).id, make_member().id])
    dispatch()
    assert browser.get(f"/console/messages/{path}").status_code == 200
    assert make_browser(Role.ANALYST).get(f"/console/messages/{path}").status_code == 403


def test_a_profile_shows_why_a_message_was_not_sent() -> None:
    member = make_member()
    plan([member.id])
    dispatch()
    panel = make_browser().get(f"/console/messages/of/{member.id}/").content.decode()
    assert "has not agreed" in panel


def test_writing_previewing_and_withdrawing_a_text() -> None:
    browser = make_browser()
    form = {
        "name": "Hello",
        "purpose": "promotion",
        "subject": "Hi",
        "body": "Hi {{ name }} <b>",
        "command_id": "c",
    }
    browser.post("/console/messages/texts/new/", {**form, "variables": "country = your country"})
    template = Template.objects.get(name="Hello")
    assert template.variables == {"country": "your country"}
    preview = browser.post("/console/messages/texts/preview/", {"body": "Hi {{ name }} <b>"}).content.decode()
    assert "&lt;b&gt;" in preview
    wrong = browser.post("/console/messages/texts/preview/", {"body": "Hi {{ colour }}"}).content.decode()
    assert "colour" in wrong
    page = browser.get(f"/console/messages/texts/{template.id}/")
    assert page.status_code == 200
    browser.post(
        f"/console/messages/texts/{template.id}/", {**form, "body": "New", "variables": "", "command_id": "d"}
    )
    template.refresh_from_db()
    assert (template.body, template.version) == ("New", 2)
    browser.post(f"/console/messages/texts/{template.id}/withdraw/")
    template.refresh_from_db()
    assert template.withdrawn_at is not None


def test_a_channel_keeps_its_secret() -> None:
    browser = make_browser()
    form = {
        "name": "Group robot",
        "format": "text",
        "secret": "robot-key-123",
        "per_minute": "20",
        "command_id": "c",
    }
    browser.post("/console/messages/channels/new/wecom_robot/", form)
    channel = Channel.objects.get(name="Group robot")
    page = browser.get(f"/console/messages/channels/{channel.id}/").content.decode()
    assert "robot-key-123" not in page
    assert "robot-key-123" not in channel.sealed_secret
    assert channel.sealed_secret


def test_api_and_commands() -> None:
    program, member = make_program(), make_member(consents={"mailbox": True})
    body = {"name": "Hi", "purpose": "service", "body": "Hello {{ name }}"}
    written = program.post("/api/v1/messages/texts", body, "application/json")
    assert written.status_code == 200, written.content
    sent = program.post(
        "/api/v1/messages/service",
        {"member_id": str(member.id), "template_id": written.json()["template_id"], "key": "k1"},
        "application/json",
    )
    assert sent.status_code == 200, sent.content
    assert program.get("/api/v1/messages/sends").json()["items"][0]["send_id"] == sent.json()["send_id"]
    stop = {"member_ids": [str(member.id)], "scope": "promotion", "reason": "request"}
    assert program.post("/api/v1/messages/suppressions", stop, "application/json").json() == {"members": 1}
    assert program.post("/api/v1/messages/suppressions/lift", stop, "application/json").json() == {
        "suppressions": 1
    }
    assert program.get("/api/v1/messages/channels").json()["items"]
    make_template()
    result = CliRunner().invoke(app, ["status", "--json"])
    assert "planned" in json.loads(result.stdout)["states"]


def test_nonsense_is_refused_not_crashed(settings: Any) -> None:
    settings.ALLOW_PRIVATE_ADDRESSES = False
    program, browser, nobody = make_program(), make_browser(), "6f1d4f6e-41f5-4d0b-9c57-0d6f9a6b8f10"
    stop = {"member_ids": [nobody], "scope": "promotion", "reason": "request"}
    assert program.post("/api/v1/messages/suppressions", stop, "application/json").json() == {"members": 0}
    assert (
        program.post(
            "/api/v1/messages/suppressions",
            {**stop, "until": "0001-01-01T00:00:00+14:00"},
            "application/json",
        ).status_code
        == 422
    )
    service = {"member_id": nobody, "template_id": str(make_template(purpose="service")), "key": "k"}
    assert program.post("/api/v1/messages/service", service, "application/json").status_code == 404
    channel = {"kind": "webhook", "name": "Hook", "settings": {"url": "http://127.0.0.1:1/"}}
    assert program.post("/api/v1/messages/channels", channel, "application/json").status_code == 422
    template = make_template()
    for path in (f"texts/{template}/test/", "unknown/settle/"):
        answer = browser.post(
            f"/console/messages/{path}", {"channel_id": "x", "send": "x", "outcome": "sent"}
        )
        assert answer.status_code in {302, 404}


def test_a_test_mail_goes_to_the_person_who_asks_for_it() -> None:
    browser, template = make_browser(), make_template()
    program = make_program()
    made = program.post("/api/v1/messages/channels", {"kind": "email", "name": "Mail"}, "application/json")
    form = {"channel_id": made.json()["channel_id"], "address": "stranger@example.com"}
    assert browser.post(f"/console/messages/texts/{template}/test/", form).status_code == 302
    assert "@" in Send.objects.get().address
    assert Send.objects.get().address != "stranger@example.com"
