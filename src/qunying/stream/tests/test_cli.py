"""``qunying stream``: one JSON object each."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qunying.stream.doors.cli import app
from qunying.stream.tests.make import make_events

pytestmark = pytest.mark.django_db(transaction=True)


def run(*words: str) -> dict[str, object]:
    result = CliRunner().invoke(app, list(words))
    assert result.exit_code == 0, result.output
    return dict(json.loads(result.stdout))


def test_commands(home: Path) -> None:
    make_events(3)
    assert run("status", "--json")["tail_rows"] == 3
    assert run("export", "--compact", "--json")["rows"] == 3
    status = run("status", "--json")
    assert (status["lake_rows"], status["tail_rows"]) == (3, 0)
    events = run("events", "--json")["events"]
    assert isinstance(events, dict)
    assert events["hand_waved"]["count"] == 3
    assert events["product_viewed"]["from_outside"]
    assert not events["member_created"]["from_outside"]
    assert "product_viewed" in CliRunner().invoke(app, ["events"]).stdout
