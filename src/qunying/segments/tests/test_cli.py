"""The command line of segments."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from qunying.accounts.models import Brand
from qunying.segments.actions.create_ready_made import create_ready_made
from qunying.segments.doors.cli import BadInstant, NoSuchFile, app
from qunying.segments.rules.reading import RuleInvalid
from qunying.segments.tests.test_refreshing import BUYERS, NOW, buy, command, make_segment, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture(autouse=True)
def _brand() -> None:
    Brand.objects.create(name="B", zone="Asia/Shanghai", analysis_at=NOW)


def run(*words: str) -> dict[str, Any]:
    outcome = CliRunner().invoke(app, [*words, "--json"])
    if outcome.exception is not None:
        raise outcome.exception
    answer: dict[str, Any] = json.loads(outcome.stdout)
    return answer


def written(folder: Path, rule: object) -> str:
    file = folder / "rule.json"
    file.write_text(rule if isinstance(rule, str) else json.dumps(rule))
    return str(file)


def test_preview_prints_count_instant_and_seconds(tmp_path: Path) -> None:
    buy(member(), 1)
    buy(member(), 40)
    member()
    answer = run("preview", written(tmp_path, BUYERS))
    assert answer["count"] == 1
    assert datetime.fromisoformat(answer["as_of"]) == NOW
    assert 0 < answer["seconds"] < 60
    day = (NOW - timedelta(days=39)).date().isoformat()
    earlier = run("preview", written(tmp_path, BUYERS), "--as-of", day)
    assert earlier["count"] == 1
    # The end of the local day in Shanghai, one microsecond before 16:00 UTC.
    assert datetime.fromisoformat(earlier["as_of"]) == datetime.fromisoformat(f"{day}T15:59:59.999999+00:00")
    assert run("preview", written(tmp_path, BUYERS), "--as-of", "2020-01-01T00:00:00+08:00")["count"] == 0


@pytest.mark.parametrize("text", ["yesterday", "2011-02-30", "0001-01-01", "2011-1-1", "", "9999-12-31"])
def test_an_instant_that_cannot_be_is_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(BadInstant):
        run("preview", written(tmp_path, BUYERS), "--as-of", text)


def test_a_rule_with_a_mistake_is_refused(tmp_path: Path) -> None:
    for rule in ("{", {"evnt": "x"}, {"segment": "nobody"}):
        with pytest.raises(RuleInvalid):
            run("preview", written(tmp_path, rule))
    with pytest.raises(NoSuchFile):
        run("preview", str(tmp_path / "nowhere.json"))
    (tmp_path / "binary.json").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(NoSuchFile):
        run("preview", str(tmp_path / "binary.json"))


def test_list_refresh_and_members() -> None:
    person = member()
    buy(person, 1)
    make_segment(BUYERS, slug="buyers")
    answer = run("refresh")
    assert answer["scores"]["members"] == 1
    assert answer["segments"][0]["count"] == 1
    assert [segment["count"] for segment in run("list")["segments"]] == [1]
    assert run("members", "buyers")["members"] == [str(person)]


def test_schema_prints_a_schema() -> None:
    outcome = CliRunner().invoke(app, ["schema"])
    assert "$defs" in json.loads(outcome.stdout)


def test_ready_made_segments_are_made_once() -> None:
    first = create_ready_made(**command(), countries=["Germany", "中国"])
    assert len(first.slugs) == 11
    assert create_ready_made(**command(), countries=["Germany"]).slugs == []
    assert {segment["slug"] for segment in run("refresh")["segments"]} == set(first.slugs)
