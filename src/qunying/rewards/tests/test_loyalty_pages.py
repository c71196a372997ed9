"""Tiers in the console, by API and on the command line; points and tier on the member's phone."""

import json

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.kernel import clock
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.doors.cli import app
from qunying.rewards.models import MemberTier, TierPolicy
from qunying.rewards.tests.test_earning import make_rule
from qunying.rewards.tests.test_tiers import make_growth, make_policy, shop

pytestmark = pytest.mark.django_db
TYPED = {
    "preset": "yearly", "code0": "ordinary", "name0": "Ordinary", "enter0": "0", "benefits0": "Points",
    "code1": "silver", "name1": "Silver <b>", "enter1": "100", "birthday1": "50", "benefits1": "Points\nFree shipping",
    "code2": "gold", "name2": "Gold", "enter2": "300", "first_orders2": "3",
    "command_id": "c"}  # fmt: skip


def test_tiers_from_draft_to_the_profile_in_the_console() -> None:
    browser = make_browser()
    make_growth()
    member = make_member(name="Ann")
    assert "No tiers yet" in browser.get("/console/tiers/").content.decode()
    assert 'value="gold"' in browser.get("/console/tiers/edit/").content.decode()
    browser.post("/console/tiers/edit/", TYPED)
    draft = TierPolicy.objects.get()
    assert draft.terms["levels"][1]["keep"] == 50
    assert draft.terms["levels"][2]["enter_orders"] == 3
    assert "Members, if it had always held" in browser.get("/console/tiers/").content.decode()
    browser.post(f"/console/tiers/{draft.id}/publish/")
    shop(member.id, 150, now=clock.now())
    shown = browser.get("/console/tiers/?tier=silver").content.decode()
    assert "Ann" in shown
    assert "Silver &lt;b&gt;" in shown
    panel = browser.get(f"/console/tiers/of/{member.id}/").content.decode()
    assert "150 more to Gold · 2 more orders" in panel
    promise = {"level": "gold", "last_day": "2199-01-01", "reason": "partner", "command_id": "p"}
    browser.post(f"/console/tiers/promise/{member.id}/", promise)
    assert MemberTier.objects.get(pk=member.id).level == "gold"
    assert browser.get("/console/members/?attribute=tier%3Dgold").content.decode().count("Ann")
    assert "/console/tiers/of/" in browser.get(f"/console/members/{member.id}/").content.decode()
    assert make_browser(Role.ANALYST).get("/console/tiers/").status_code == 403


def test_a_member_reads_points_and_tier_on_the_phone() -> None:
    make_growth()
    make_rule(valid_days=10)
    make_policy("yearly")
    member = make_member()
    browser = Client(headers={"accept-language": "en"})
    assert browser.get("/m/points/").status_code == 302
    sign_in(browser, member)
    assert "No points yet" in browser.get("/m/points/").content.decode()
    shop(member.id, 150, now=clock.now())
    points = browser.get("/m/points/").content.decode()
    assert "About to end" in points
    assert "+150" in points
    tier = browser.get("/m/tier/").content.decode()
    assert "150 more to Gold" in tier
    assert "Own adviser" in tier
    assert "<script" not in tier
    chinese = browser.get("/m/tier/", headers={"accept-language": "zh-hans"})
    assert chinese.status_code == 200


def test_the_api_and_the_command_line_of_tiers() -> None:
    call = make_program("rewards.*")
    assert call.get("/api/v1/tiers/policy").json()["code"] == "tier_policy_not_found"
    levels = [
        {"code": "ordinary", "name": "Ordinary", "enter": 0},
        {"code": "silver", "name": "Silver", "enter": 100},
    ]

    def post(path: str, body: object) -> tuple[int, dict[str, str]]:
        answer = call.post(f"/api/v1/tiers/{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    assert post("policies", {"preset": "yearly", "levels": levels[::-1]})[1]["code"] == "tier_policy_wrong"
    status, written = post("policies", {"preset": "rolling", "levels": levels})
    assert status == 201
    assert post(f"policies/{written['id']}/publish", {})[0] == 200
    assert call.get("/api/v1/tiers/policy").json()["levels"][1]["keep"] == 100
    member = make_member()
    assert call.get(f"/api/v1/tiers/of/{member.id}").json()["missing"] == 100
    promise = {"level": "silver", "until": "2199-01-01T00:00:00Z", "reason": "partner"}
    assert post(f"of/{member.id}/promise", promise) == (200, {"level": "silver"})
    run = CliRunner()
    assert json.loads(run.invoke(app, ["tiers", "list", "--json"]).stdout)["tiers"][1]["members"] == 1
    assert json.loads(run.invoke(app, ["tiers", "of", str(member.id), "--json"]).stdout)["code"] == "silver"
    assert run.invoke(app, ["tiers", "refresh", "--json"]).exit_code == 0
