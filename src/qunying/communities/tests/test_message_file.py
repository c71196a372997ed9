"""Files of messages: any table with known headers, bad rows named, the same file twice harmless."""

import csv
import gzip
import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from qunying.communities.actions.receive_message_import import receive_message_import
from qunying.communities.actions.receive_messages import Received
from qunying.communities.actions.save_message_mapping import save_message_mapping
from qunying.communities.actions.start_message_import import MessageImportStarted, start_message_import
from qunying.communities.inbound.importing import errors_path, import_file, run_message_import
from qunying.communities.inbound.message_file import BadRow, read_message_file
from qunying.communities.inbound.message_mapping import BadMessageMapping, NoMessagesThere
from qunying.communities.models import Community, Message, MessageImport
from qunying.communities.queries.preview_messages import preview_messages
from qunying.communities.queries.summarise_talk import summarise_talk
from qunying.communities.tests.make import make_community
from qunying.kernel.files.uploads import import_folder
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody

CHINESE = """时间,发送人,昵称,内容,消息ID,回复,类型
2026-01-10 09:00:00,u1,小王,请问有货吗,1,,文本
2026-01-10 09:05:00,u2,客服,有的,2,1,
昨天,u3,小李,时间不对,3,,
2026-01-10 09:06:00,u3,小李,,4,,图片
2026-01-10 09:07:00,u3,小李,不知道的类型,5,,歌曲
"""


def start(import_id: UUID, *, dry_run: bool = False) -> None:
    start_message_import(
        command_id=str(new_id()), actor=anybody(), now=NOW, import_id=import_id, dry_run=dry_run
    )
    run_message_import(import_id, clock=lambda: NOW)


def take(path: Path, community: Community, **wanted: Any) -> tuple[list[Received], list[BadRow]]:
    changes: list[Received] = []
    refused: list[BadRow] = []

    def note(received: Received, bad: list[BadRow]) -> bool:
        changes.append(received)
        refused.extend(bad)
        return True

    import_file(
        path, community.pk, zone="Asia/Shanghai", actor=anybody(), clock=lambda: NOW, on_batch=note, **wanted
    )
    return changes, refused


@pytest.mark.django_db(transaction=True)
def test_a_chinese_file_is_understood_and_bad_rows_are_named(tmp_path: Path) -> None:
    path, community = tmp_path / "f", make_community()
    path.write_bytes(CHINESE.encode("gb18030"))
    changes, refused = take(path, community)
    assert changes[0].new == 3
    assert [(bad.row, bad.field) for bad in refused] == [(4, "time"), (6, "kind")]
    answer = Message.objects.get(platform_message_id="2")
    assert answer.reply_to is not None
    assert answer.reply_to.sent_at == datetime(2026, 1, 10, 1, tzinfo=UTC)
    assert take(path, community)[0][0] == Received(3, 0, 0, 3)


@pytest.mark.django_db(transaction=True)
def test_messages_without_ids_are_the_same_each_time(tmp_path: Path) -> None:
    path, community = tmp_path / "f.csv", make_community()
    path.write_text("time,nick,text\n" + "2026-01-10 09:00,小王,好\n" * 3 + "1768035600,小李,epoch\n")
    assert take(path, community)[0][0].new == 4
    assert take(path, community)[0][0].new == 0


def test_json_lines_keep_attachments_and_deletions(tmp_path: Path) -> None:
    path = tmp_path / "f.jsonl.gz"
    lines = [
        {"message_id": 1, "time": "2026-01-10T09:00:00+08:00", "text": "看图", "attachments": [{"reference": "oss://a", "kind": "picture"}]},
        {"message_id": 1, "time": "2026-01-10T09:00:00+08:00", "deleted_at": "2026-01-10T09:10:00+08:00", "text": "看图"},
    ]  # fmt: skip
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, lines)).encode()))
    first, second = list(read_message_file(path, "UTC"))
    assert not isinstance(first, BadRow)
    assert not isinstance(second, BadRow)
    assert first.attachments[0].reference == "oss://a"
    assert second.change == "deleted"
    assert second.changed_at == datetime(2026, 1, 10, 1, 10, tzinfo=UTC)


def test_a_file_without_time_is_no_file_of_messages(tmp_path: Path) -> None:
    path = tmp_path / "f.csv"
    path.write_text("name,price\nx,1\n")
    with pytest.raises(NoMessagesThere):
        list(read_message_file(path, "UTC"))


@pytest.mark.django_db(transaction=True)
def test_an_import_by_the_worker_shows_its_result(home: Path) -> None:
    community, import_id = make_community(), new_id()
    folder = import_folder(import_id)
    folder.mkdir(parents=True)
    (folder / "upload").write_text(CHINESE)
    receive_message_import(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        import_id=import_id,
        community_id=community.pk,
        file_name="群聊.csv",
    )
    start(import_id, dry_run=True)
    run = MessageImport.objects.get()
    assert (run.state, run.new, run.refused, run.rows_read) == ("done", 3, 2, 5)
    assert not Message.objects.exists()
    start(import_id)
    run = MessageImport.objects.get()
    assert (run.state, run.new, run.refused, run.rows_read) == ("done", 3, 2, 5)
    assert "昨天" in errors_path(import_id).read_text()
    run_message_import(import_id, clock=lambda: NOW)
    assert MessageImport.objects.get().new == 3
    with pytest.raises(MessageImportStarted):
        start(import_id)


ODD = """何时;谁说的;说了什么;序号;接着哪条
2026-01-10 09:00;小王;请问有货吗;甲;
2026-01-10 09:05;客服;有的;乙;甲
"""


@pytest.mark.django_db(transaction=True)
def test_columns_with_names_of_their_own_are_remembered(tmp_path: Path) -> None:
    path, community = tmp_path / "odd.csv", make_community()
    path.write_text(ODD)
    assert preview_messages(path, zone="Asia/Shanghai").problem
    columns = {
        "sent_at": "何时",
        "author_name": "谁说的",
        "text": "说了什么",
        "platform_message_id": "序号",
        "reply_to": "接着哪条",
    }
    save_message_mapping(command_id=str(new_id()), actor=anybody(), now=NOW, name="自建系统", columns=columns)
    found = preview_messages(path, zone="Asia/Shanghai")
    assert (found.mapping_name, found.columns) == ("自建系统", columns)
    assert [(row.author, row.text, row.reply_to) for row in found.rows] == [
        ("小王", "请问有货吗", ""),
        ("客服", "有的", "甲"),
    ]
    assert found.samples["reply_to"] == "甲"
    assert preview_messages(path, zone="Asia/Shanghai", mapping_name="").problem
    for dry_run, new in ((True, 2), (False, 2), (True, 0)):
        changes = take(path, community, columns=columns, dry_run=dry_run)[0]
        assert (changes[0].new, changes[0].unchanged) == (new, 2 - new)
    assert Message.objects.get(text="有的").reply_to.text == "请问有货吗"  # type: ignore[union-attr]


@pytest.mark.django_db
@pytest.mark.parametrize(
    "columns",
    [
        {"sent_at": "a", "text": "a"},
        {"sent_at": "a", "words": "b"},
        {"sent_at": "a", "author_id": "b"},
        {"sent_at": "a", "text": "b" * 201},
    ],
)
def test_a_mapping_that_makes_no_message_is_refused(columns: dict[str, str]) -> None:
    with pytest.raises((BadMessageMapping, NoMessagesThere)):
        save_message_mapping(command_id=str(new_id()), actor=anybody(), now=NOW, name="bad", columns=columns)


@pytest.mark.django_db(transaction=True)
def test_a_real_community_shows_its_replies_hours_and_helpers(shared_data: Path, tmp_path: Path) -> None:
    source, path = shared_data / "community_irc" / "dev.csv.gz", tmp_path / "irc.csv"
    written, links, community = _as_messages(source, path)
    assert take(path, community)[1] == []
    assert Message.objects.filter(community=community).count() == written
    assert Message.objects.filter(community=community, reply_to__isnull=False).count() == links > 1_000
    talk = summarise_talk(community.pk, datetime(2000, 1, 1, tzinfo=UTC), NOW, zone="UTC")
    assert talk.messages == Message.objects.filter(community=community).exclude(kind="system").count()
    assert sum(map(sum, talk.hours)) == talk.messages
    assert talk.answered > 100
    assert talk.median_wait_seconds is not None
    assert talk.helpers[0].people_helped >= 3
    assert [helper.people_helped for helper in talk.helpers] == sorted(
        (helper.people_helped for helper in talk.helpers), reverse=True
    )


def _as_messages(source: Path, path: Path) -> tuple[int, int, Community]:
    """Write the log as a file of messages: ids from log and line, lines without a minute have that of the line before."""
    rows = list(csv.DictReader(io.StringIO(gzip.decompress(source.read_bytes()).decode())))
    links = 0
    with path.open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["time", "author_id", "text", "message_id", "reply_to", "kind"])
        minute = "00:00"
        for row in rows:
            minute = row["hhmm"] or minute
            sent_at = datetime.fromisoformat(f"{row['date']} {minute}").replace(tzinfo=ZoneInfo("UTC"))
            sent_at += timedelta(milliseconds=int(row["line_no"]))
            answered = (row["reply_to_line"].replace(";", " ").split() or [""])[0]
            parent = f"{row['log']}:{answered}" if answered and answered != row["line_no"] else ""
            links += bool(parent)
            kind = "system" if row["kind"] == "system" else "text"
            author = "" if kind == "system" else row["nick"]
            table.writerow(
                [sent_at.isoformat(), author, row["text"], f"{row['log']}:{row['line_no']}", parent, kind]
            )
    return len(rows), links, make_community("#ubuntu")
