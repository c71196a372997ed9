"""The command line's part of kinds with work of their own."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from qunying.activities.actions.write_report import write_report
from qunying.activities.doors.cli import app
from qunying.activities.models import Award, Registration
from qunying.activities.tests.make import DAY, make_activity, play
from qunying.kernel import clock
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member

pytestmark = pytest.mark.django_db


def told(*words: object) -> Any:
    """Return what a command prints as JSON."""
    result = CliRunner().invoke(app, [*map(str, words), "--json"])
    assert result.exit_code == 0, result.output or result.exception
    return json.loads(result.stdout)


def test_a_trial_from_the_command_line():
    now = clock.now()
    trial = make_activity("trial", now=now, closes_at=now + DAY)
    play(trial, choice="I drink tea", now=now)
    (applied,) = told("applications", trial.id)["applications"]
    assert told("choose", trial.id, applied["id"])["chosen"] == 1
    award = Award.objects.get()
    run(write_report, award_id=award.id, member_id=award.member_id, text="Fine.", now=now)
    (report,) = told("reports", trial.id)["reports"]
    assert told("review-report", report["id"], "--accept")["state"] == "accepted"


def test_the_door_of_a_gathering_from_the_command_line():
    now = clock.now()
    when = {"starts_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "ends_at": f"{now + DAY:%Y-%m-%dT%H:%M:%SZ}"}
    gathering = make_activity("gathering", now=now, settings={**when, "walk_ins": True, "capacity": 3})
    play(gathering, now=now)
    play(gathering, now=now)
    first, second = told("registrations", gathering.id)["registrations"]
    code = Registration.objects.get(pk=first["id"]).code
    assert told("admit", gathering.id, code)["member_id"] == first["member_id"]
    assert told("registrations", gathering.id, "--state", "registered")["registrations"] == [second]
    came = make_member().id
    assert told("admit-walk-in", gathering.id, came)["member_id"] == str(came)


def test_a_live_session_from_the_command_line():
    now = clock.now()
    when = {"starts_at": f"{now:%Y-%m-%dT%H:%M:%SZ}", "ends_at": f"{now + DAY:%Y-%m-%dT%H:%M:%SZ}"}
    live = make_activity("live", now=now, settings=when)
    member = make_member(now=now - DAY).id
    assert told("announce", live.id, "w1")["key"] == "w1"
    assert told("say", live.id, member, "spring tea")["prize"]["name"] == "Cup"
    figures = told("session", live.id)
    assert (figures["booked"], figures["came"], figures["words"][0]["right"]) == (1, 0, 1)
    early = CliRunner().invoke(app, ["set-replay", str(live.id), "https://example.com/", "--json"])
    assert getattr(early.exception, "code", "") == "wrong_activity_state"


def test_a_product_game_from_the_command_line():
    now = clock.now()
    pairs, member = make_activity("pairs", now=now), make_member(now=now - DAY).id
    begun = told("part", pairs.id, member)["participation_id"]
    assert told("turn-card", pairs.id, begun, member, 1)["card"] == 1
    (game,) = told("games", pairs.id)["games"]
    assert (game["id"], game["moves"], game["state"]) == (begun, 0, "playing")


def test_topics_and_contests_list_what_takes_part():
    assert told("posts", make_activity("topic").id)["posts"] == []
    contest = make_activity("contest")
    assert told("works", contest.id)["works"] == []
    wrong = CliRunner().invoke(app, ["posts", str(contest.id), "--json"])
    assert getattr(wrong.exception, "code", "") == "unknown_activity"
