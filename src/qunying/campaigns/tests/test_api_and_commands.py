"""The API and the command line: the same steps as the console, in JSON."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.tests.make import make_program
from qunying.campaigns.doors.cli import app
from qunying.campaigns.doors.jobs import close_ended, return_leftovers
from qunying.campaigns.drafting import WrongState
from qunying.campaigns.models import Campaign, State
from qunying.campaigns.tests.make import (
    NOW,
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_message,
    make_offer,
    make_segment,
)
from qunying.kernel import clock
from qunying.kernel.clock import local_day
from qunying.kernel.ids import new_id
from qunying.ledger.actions.close_budget import close_budget

pytestmark = pytest.mark.django_db


def send(program: Client, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    call = getattr(program, method)
    return call(f"/api/v1{path}", json.dumps(body or {}, default=str), content_type="application/json")


def test_a_campaign_through_the_api() -> None:
    program, second = make_program(), make_program()
    today = local_day(clock.now(), "Asia/Shanghai")
    people = make_audience(8)
    plan = {
        "name": "Spring",
        "goal_metric": "claims",
        "goal_target": 3,
        "goal_by": today + timedelta(days=9),
        "starts_on": today,
        "ends_on": today + timedelta(days=9),
        "audience_kind": "segment",
        "segment_id": make_segment([person.id for person in people], now=clock.now()),
        "offer_id": make_offer(),
        "message_template_id": make_message(),
        "budget_minor": 200_000,
    }
    made = send(program, "post", "/campaigns", plan)
    assert made.status_code == 201, made.content
    campaign_id = made.json()["id"]
    here = f"/campaigns/{campaign_id}"
    assert send(program, "put", here, {**plan, "theme": "Green"}).status_code == 204
    assert program.get(f"/api/v1{here}").json()["theme"] == "Green"
    assert send(program, "post", f"{here}/audience", {"count": 8}).status_code == 204
    assert program.get(f"/api/v1{here}/preflight").json()["may_launch"] is True
    assert send(program, "post", f"{here}/submit").json()["needs_second_person"] is True
    assert send(program, "post", f"{here}/approve").json()["code"] == "campaign_needs_second_person"
    assert send(second, "post", f"{here}/approve", {"remark": "Good"}).status_code == 204
    launched = send(program, "post", f"{here}/launch").json()
    assert launched["treatment"] + launched["control"] == 8
    treated = Campaign.objects.get().assignments.filter(arm="treatment").first()
    assert treated is not None
    claimed = send(program, "post", f"{here}/claims", {"member_id": treated.member_id})
    assert claimed.status_code == 201, claimed.content
    assert (
        send(program, "post", f"{here}/lessons", {"kind": "lesson", "area": "media", "text": "x"}).status_code
        == 201
    )
    report = program.get(f"/api/v1{here}/report").json()
    assert (report["verdict"], report["goal"]["value"], len(report["lessons"])) == ("not_proven", 1, 1)
    assert send(program, "post", f"{here}/close").json()["returned_minor"] == 199_000
    listed = program.get("/api/v1/campaigns?state=closed").json()["items"]
    assert [row["id"] for row in listed] == [campaign_id]


def test_tasks_and_stages_through_the_api() -> None:
    program, campaign = make_program(), make_campaign()
    here = f"/campaigns/{campaign.id}"
    task = {"stage": "run", "title": "Ring", "due_on": campaign.starts_on}
    task_id = send(program, "post", f"{here}/tasks", task).json()["id"]
    assert send(program, "put", f"/campaign-tasks/{task_id}", {**task, "title": "Sing"}).status_code == 204
    assert send(program, "post", f"/campaign-tasks/{task_id}/done").status_code == 204
    titles = {row["title"]: row["done_at"] for row in program.get(f"/api/v1{here}/tasks").json()["items"]}
    assert titles["Sing"] is not None
    assert program.delete(f"/api/v1/campaign-tasks/{task_id}").status_code == 204
    stage = {"stage": "run", "starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    assert send(program, "put", f"{here}/stages", stage).status_code == 204
    for step, body in (("cancel", {"reason": "Rain"}), ("withdraw", {})):
        answer = send(program, "post", f"{here}/{step}", body)
        assert answer.status_code == (204 if step == "cancel" else 409)
    assert send(program, "post", f"{here}/reject", {"reason": "No"}).status_code == 409


@pytest.mark.parametrize(
    "wrong",
    [
        {"goal_target": 10**30},
        {"name": "\0"},
        {"starts_on": "0001-01-01"},
        {"holdout_basis_points": -1},
        {"segment_id": str(UUID(int=1))},
        {"surprise": 1},
    ],
)
def test_nonsense_is_refused_politely(wrong: dict[str, Any]) -> None:
    today = local_day(clock.now(), "Asia/Shanghai")
    plan = {
        "name": "x",
        "goal_metric": "claims",
        "goal_target": 1,
        "goal_by": today,
        "starts_on": today,
        "ends_on": today,
        "audience_kind": "segment",
        "segment_id": make_segment([]),
    }
    answer = send(make_program(), "post", "/campaigns", {**plan, **wrong})
    assert answer.status_code in {400, 404, 422}
    assert make_program().get(f"/api/v1/campaigns/{new_id()}/report").status_code == 404


def test_the_command_line(tmp_path: Path) -> None:
    campaign = make_approved([person.id for person in make_audience(6)], now=NOW)

    def run(*words: str) -> Any:
        result = CliRunner().invoke(app, [*words, "--json"], catch_exceptions=False)
        assert result.exit_code == 0, result.output
        return json.loads(result.output)

    assert run("list")["campaigns"][0]["id"] == str(campaign.id)
    assert run("show", str(campaign.id))["state"] == "approved"
    launch(campaign)
    page = tmp_path / "report.html"
    report = run("report", str(campaign.id), "--as-of", "2026-04-30", "--html", str(page))
    assert report["window"]["is_complete"] is True
    assert report["design"]["audience"] == 6
    assert campaign.name in page.read_text()
    assert run("close", str(campaign.id))["campaign_id"] == str(campaign.id)
    waiting = make_approved([person.id for person in make_audience(3)], now=NOW)
    assert run("preflight", str(waiting.id))["audience"]["count"] == 3


def test_a_campaign_that_cannot_be_closed_keeps_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """And is closed the next time, whatever was in the way."""
    first, second = (make_approved([make_audience(1)[0].id], now=NOW) for _each in range(2))
    for campaign in (first, second):
        launch(campaign, now=NOW)

    def refuse(**words: Any) -> None:
        if words["campaign_id"] == min(first.id, second.id):
            raise WrongState(state="odd")
        close_budget(**words)

    monkeypatch.setattr("qunying.campaigns.actions.close_campaign.close_budget", refuse)
    close_ended.func.__wrapped__()
    assert Campaign.objects.get(state=State.CLOSED).id == max(first.id, second.id)
    monkeypatch.undo()
    close_ended.func.__wrapped__()
    assert Campaign.objects.filter(state=State.CLOSED).count() == 2


def test_campaigns_close_by_themselves() -> None:
    today = local_day(clock.now(), "Asia/Shanghai")
    ended = make_approved([make_audience(1)[0].id], now=NOW)
    launch(ended, now=NOW)
    runs = make_approved(
        [make_audience(1)[0].id],
        now=clock.now(),
        starts_on=today,
        ends_on=today + timedelta(days=3),
        goal_by=today + timedelta(days=9),
    )
    launch(runs, now=clock.now())
    close_ended.func.__wrapped__()
    return_leftovers.func.__wrapped__()
    states = dict(Campaign.objects.values_list("id", "state"))
    assert (states[ended.id], states[runs.id]) == (State.CLOSED, State.RUNNING)
