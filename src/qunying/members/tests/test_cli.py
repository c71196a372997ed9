"""The command line of members."""

import json

import pytest
from typer.testing import CliRunner

from qunying.kernel.ids import new_id
from qunying.members.doors.cli import app
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.tests.make import make_member

pytestmark = pytest.mark.django_db


def run(*words):
    result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
    assert result.exit_code == 0
    return json.loads(result.stdout)


def test_list_and_show():
    anna = make_member(name="Anna", email="anna@example.com", attributes={"country": "Germany"}, tags=["vip"])
    make_member(name="Ben")
    assert len(run("list")["members"]) == 2
    page = run("list", "--limit", "1")
    assert run("list", "--limit", "1", "--cursor", page["next_cursor"])["members"] != page["members"]
    for words in [("--search", "ann"), ("--attribute", "country=Germany"), ("--tag", "vip")]:
        assert [row["id"] for row in run("list", *words)["members"]] == [str(anna.id)]
    shown = run("show", str(anna.id))
    assert shown["identities"] == [{"type": "email", "value": "anna@example.com"}]
    assert shown["attributes"] == {"country": "Germany"}
    assert "home" in shown


def test_an_unknown_member_is_a_problem():
    with pytest.raises(MemberNotFound):
        CliRunner().invoke(app, ["show", str(new_id())], catch_exceptions=False)
