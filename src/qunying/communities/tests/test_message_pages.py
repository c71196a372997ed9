"""The console pages of messages, sources and service open, work and mask; the API and commands answer."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.communities.inbound.importing import run_message_import
from qunying.communities.models import (
    Duty,
    Message,
    MessageImport,
    MessageMapping,
    MessageSource,
    Notice,
    ReplyRule,
    Welcome,
)
from qunying.communities.tests.make import make_community, said, tell
from qunying.members.tests.make import NOW, anybody
from qunying.messages.actions.post_to_community import post_to_community
from qunying.messages.models import Send

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner() -> Client:
    return make_browser(Role.OWNER)


def page(browser: Client, name: str, *arguments: Any, **query: str) -> str:
    response = browser.get(reverse(name, args=arguments), query)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def test_messages_are_found_with_their_context(owner: Client) -> None:
    community = make_community("礼品群")
    tell(
        community,
        said("a", "请问有货吗"),
        said("b", "有的，加我 13812345678", 5, reply_to="a", author_id="u2"),
    )
    message = community.messages.get(platform_message_id="a")
    assert "请问有货吗" in page(owner, "communities.messages", search="有货")
    assert "请问有货吗" not in page(owner, "communities.messages", search="退款")
    assert "有的" in page(owner, "communities.message", message.pk)
    assert "礼品群" in page(owner, "communities.talk", community.pk, period="all")
    assert page(owner, "communities.name", community.pk) == "礼品群"


def test_who_may_not_see_names_sees_neither_names_nor_numbers() -> None:
    community = make_community()
    tell(community, said("a", "加我 13812345678 或 ming@example.com"))
    text = page(make_browser(Role.ANALYST), "communities.messages")
    assert "小王" not in text
    assert "13812345678" not in text
    assert "138****5678" in text
    assert "ming@example.com" not in text
    assert "小王" in page(make_browser(Role.OPERATOR), "communities.messages")


@pytest.mark.parametrize("name", ["communities.messages", "communities.service", "communities.sources", "messages.by_hand", "communities.new_notice", "communities.new_reply", "communities.new_welcome", "communities.new_source"])  # fmt: skip
def test_empty_pages_open(owner: Client, name: str) -> None:
    page(owner, name)


def test_a_source_is_set_up_shown_and_closed(owner: Client) -> None:
    owner.post(reverse("communities.new_source"), {"platform": "telegram", "name": "群机器人"})
    source = MessageSource.objects.get()
    address = reverse("communities.source", args=[source.pk])
    assert "/hooks/messages/" in owner.get(address).content.decode()
    shown = owner.post(address)
    assert shown["Cache-Control"] == "no-store"
    owner.post(reverse("communities.close_source", args=[source.pk]))
    source.refresh_from_db()
    assert source.closed_at is not None


def test_service_is_written_by_forms(owner: Client) -> None:
    owner.post(reverse("communities.new_notice"), {"kind": "benefit", "title": "福利", "text": "来", "rhythm": "weekly", "at": "20:00", "weekdays": ["2"], "first_day": "2026-01-01", "is_active": "on"})  # fmt: skip
    notice = Notice.objects.get()
    owner.post(reverse("communities.new_reply"), {"name": "运费", "pattern": "运费", "answer": "包邮", "priority": "1", "cool_down_minutes": "5", "is_active": "on"})  # fmt: skip
    owner.post(reverse("communities.new_welcome"), {"text": "欢迎", "gather_minutes": "5", "is_active": "on"})
    person = make_browser(Role.OPERATOR)
    assert person
    from qunying.accounts.models import User

    first = User.objects.order_by("pk").first()
    assert first is not None
    owner.post(reverse("communities.set_duty"), {"weekday": "1", "person": str(first.pk)})
    assert (ReplyRule.objects.count(), Welcome.objects.count(), Duty.objects.count()) == (1, 1, 1)
    assert "福利" in page(owner, "communities.service")
    for name, item in (
        ("notice", notice),
        ("reply", ReplyRule.objects.get()),
        ("welcome", Welcome.objects.get()),
    ):
        page(owner, f"communities.{name}", item.pk)
    assert 'value="2026-01-01"' in page(owner, "communities.notice", notice.pk)
    bad = owner.post(
        reverse("communities.new_reply"),
        {"name": "x", "pattern": "*", "answer": "y", "priority": "1", "cool_down_minutes": "5"},
    )
    assert bad.status_code == 200


def test_a_post_by_hand_is_settled_on_its_page(owner: Client) -> None:
    community = make_community()
    posted = post_to_community(
        command_id=str(uuid4()), actor=anybody(), now=NOW, community_id=community.pk, channel_id=None, key="k", text="补货", title="提醒",
        due_at=NOW, not_after=NOW.replace(year=2199),
    )  # fmt: skip
    Send.objects.filter(pk=posted.send_id).update(state="by_hand")
    owner.post(reverse("messages.confirm_by_hand", args=[posted.send_id]), {"outcome": "sent"})
    assert Send.objects.get().reason == "sent_by_hand"


def test_the_api_takes_and_finds_messages() -> None:
    program = make_program("communities.*")
    community = make_community()
    body = {
        "messages": [
            {
                "platform_message_id": "a",
                "sent_at": "2026-01-10T09:00:00+08:00",
                "author_id": "u",
                "text": "优惠券",
            }
        ]
    }
    address = f"/api/v1/communities/{community.pk}/messages"
    answer = program.post(address, json.dumps(body), content_type="application/json")
    assert answer.json() == {"rows": 1, "new": 1, "changed": 0, "unchanged": 0}
    found = program.get("/api/v1/community-messages", {"search": "优惠"}).json()
    assert [item["text"] for item in found["items"]] == ["优惠券"]
    for wrong in (
        {"platform_message_id": "a"},
        {"platform_message_id": " ", "sent_at": "2026-01-10T09:00:00Z"},
        {"platform_message_id": "a", "change": "edited"},
    ):
        answer = program.post(address, json.dumps({"messages": [wrong]}), content_type="application/json")
        assert answer.status_code == 422


def test_a_file_goes_from_upload_over_its_columns_to_the_import(owner: Client, home: Path) -> None:
    community = make_community()
    file = SimpleUploadedFile(
        "群聊.csv", "何时,谁,说\n2026-01-10 09:00,小王,请问有货吗\n昨天,小李,好\n".encode()
    )
    answer = owner.post(reverse("communities.import_messages", args=[community.pk]), {"file": file})
    run = MessageImport.objects.get()
    assert answer["Location"] == reverse("communities.message_import", args=[run.pk])
    assert "q-note-bad" in page(owner, "communities.message_import", run.pk)
    begin = reverse("communities.begin_message_import", args=[run.pk])
    wanted = {
        "column_sent_at": "何时",
        "column_author_name": "谁",
        "column_text": "说",
        "zone": "Asia/Shanghai",
    }
    shown = owner.post(begin, {**wanted, "wish": "preview"}).content.decode()
    assert shown.count("q-badge-bad") == 1
    owner.post(begin, {**wanted, "wish": "save", "mapping_name": "我们的"})
    assert MessageMapping.objects.get().columns == {"sent_at": "何时", "author_name": "谁", "text": "说"}
    assert "小王" in page(owner, "communities.message_import", run.pk)
    owner.post(begin, {**wanted, "wish": "check"})
    run_message_import(run.pk, clock=lambda: NOW)
    assert "?again" in page(owner, "communities.message_import", run.pk)
    owner.post(begin, {**wanted, "wish": "import"})
    run_message_import(run.pk, clock=lambda: NOW)
    run.refresh_from_db()
    assert (run.state, run.new, run.refused, run.dry_run) == ("done", 1, 1, False)
    assert Message.objects.get().sent_at == datetime(2026, 1, 10, 1, tzinfo=UTC)


def test_the_api_takes_a_file(home: Path) -> None:
    program, community = make_program("communities.*"), make_community()
    kept = program.post(
        "/api/v1/community-messages/mappings",
        json.dumps({"name": "m", "columns": {"sent_at": "何时", "text": "说"}}),
        content_type="application/json",
    )
    assert kept.status_code == 201
    assert program.get("/api/v1/community-messages/mappings").json()["items"][0]["name"] == "m"
    file = SimpleUploadedFile("f.csv", "何时,说\n2026-01-10 09:00,好\n".encode())
    sent = program.post(
        f"/api/v1/communities/{community.pk}/messages/imports", {"file": file, "mapping": "m"}
    )
    assert sent.status_code == 202, sent.content
    run_message_import(UUID(sent.json()["id"]), clock=lambda: NOW)
    told = program.get(f"/api/v1/community-messages/imports/{sent.json()['id']}").json()
    assert (told["state"], told["new"]) == ("done", 1)
    listed = program.get(f"/api/v1/communities/{community.pk}/messages/imports").json()["items"]
    assert [one["id"] for one in listed] == [told["id"]]
    assert program.get(f"/api/v1/community-messages/imports/{told['id']}/errors").status_code == 404
    bad = SimpleUploadedFile("f.csv", b"a,b\n1,2\n")
    assert (
        program.post(
            f"/api/v1/communities/{community.pk}/messages/imports", {"file": bad, "mapping": "no"}
        ).status_code
        == 404
    )
