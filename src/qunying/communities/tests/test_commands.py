"""The commands of communities: what pages show, as one JSON object."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qunying.communities.doors.cli import app
from qunying.communities.models import Message
from qunying.communities.tests.make import make_community, said, tell

pytestmark = pytest.mark.django_db


def ask(*words: str) -> dict[str, Any]:
    done = CliRunner().invoke(app, [*words, "--json"])
    assert done.exit_code == 0, done.output
    answered: dict[str, Any] = json.loads(done.stdout)
    return answered


def test_talk_pinned_and_sources_are_told() -> None:
    community = make_community()
    tell(community, said("a", "可以退货吗？"), said("b", "七天无理由", 5, reply_to="a", author_id="u2"))
    day = Message.objects.get(platform_message_id="a").sent_at.date()
    told = ask("talk", str(community.pk), "--start", day.isoformat(), "--end", day.isoformat())
    assert (told["messages"], told["answered"], told["helpers"][0]["people_helped"]) == (2, 1, 1)
    assert ask("pinned", str(community.pk))["pinned"] == []
    assert ask("sources")["sources"] == []


def test_a_file_is_checked_before_it_is_taken_over(tmp_path: Path) -> None:
    path, community = tmp_path / "f.csv", make_community()
    path.write_text("何时,说\n2026-01-10 09:00,好\n昨天,坏\n")
    words = [
        "import-messages",
        str(community.pk),
        str(path),
        "--column",
        "sent_at=何时",
        "--column",
        "text=说",
    ]
    assert ask(*words, "--dry-run") == ask(*words, "--dry-run")
    assert not Message.objects.exists()
    told = ask(*words)
    assert (told["new"], told["refused"]) == (1, 1)
    assert ask(*words, "--dry-run")["unchanged"] == 1
    refused = CliRunner().invoke(app, [*words[:3], "--column", "words=说"])
    assert refused.exception is not None
