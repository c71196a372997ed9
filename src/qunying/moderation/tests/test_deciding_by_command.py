"""The command line carries a case to its end, and a crisis: the same actions, JSON out, refusals kept."""

import json

import pytest
from typer.testing import CliRunner

from qunying.listening.doors.cli import app as listening
from qunying.listening.models import Crisis
from qunying.members.tests.make import make_member
from qunying.moderation.actions.judge_appeal import SecondPersonNeeded
from qunying.moderation.doors.cli import app
from qunying.moderation.models import Appeal, Penalty

pytestmark = pytest.mark.django_db


def run(program, *words):
    done = CliRunner().invoke(program, [*map(str, words), "--json"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_case_goes_from_its_opening_to_its_appeal():
    member = make_member()
    case = run(app, "open-case", "member", member.id)["case_id"]
    decided = run(app, "decide", case, "--reason", "广告", "--violation", "spam_advertising")["decision_id"]
    penalty = run(app, "penalise", decided, "mute_7_days", "--reason", "广告")["penalty_id"]
    assert run(app, "lift", penalty, "--reason", "已道歉")["lifted"]
    assert Penalty.objects.get().lifted_at is not None
    appeal = run(app, "appeal", decided, member.id, "不是广告")["appeal"]
    with pytest.raises(SecondPersonNeeded):
        run(app, "judge", appeal, "--answer", "是的", "--uphold")
    assert Appeal.objects.get().state == "open"


def test_a_crisis_goes_from_its_opening_to_its_lesson():
    crisis = run(listening, "open", "rumour", "有人说漏电")["id"]
    task = run(listening, "show", crisis)["tasks"][0]["id"]
    run(listening, "note", crisis, "正在核实")
    run(listening, "done", task, "--note", "三处转述")
    run(listening, "close", crisis, "--outcome", "已澄清", "--lesson", "先发报告", "--leave-tasks")
    shown = run(listening, "show", crisis)
    assert [line["kind"] for line in shown["timeline"]] == ["opened", "note", "done", "closed"]
    assert Crisis.objects.get().lesson == shown["lesson"] == "先发报告"
