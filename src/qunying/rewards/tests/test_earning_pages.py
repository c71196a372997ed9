"""Earning in the console, by API and on the command line: written, looked at, put into force, followed."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_program
from qunying.engines.earning import Accelerator, Condition, Rule
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.rewards.doors.cli import app
from qunying.rewards.models import EarningRule, PastEarning
from qunying.rewards.tests.test_earning import earn, make_rule, paid
from qunying.rewards.tests.test_tiers import make_policy
from qunying.shop.tests.make import make_order

pytestmark = pytest.mark.django_db
TYPED = {
    "name": "Shopping <b>", "asset": "points", "event": "order_line_paid", "basis": "amount", "units": "1", "per": "1.00",
    "least": "5", "wait_days": "7", "valid_days": "365", "without_products": "GIFT， POST", "channels": "", "products": "",
    "told": "", "other_property": "", "property_values": "", "tier_factor_member": "", "tier_factor_silver": "1.2",
    "tier_factor_gold": "1.5", "birthday": "month",
    "birthday_factor": "2", "month_days": "8,18", "month_days_factor": "3", "fast_products": "", "combine": "highest",
    "cap_day": "500", "times_day": "3", "command_id": "c"}  # fmt: skip


def test_a_rule_from_draft_to_end_in_the_console() -> None:
    browser = make_browser()
    make_policy(now=clock.now())
    member = make_member(name="<i>Ann")
    make_order(member.id, lines=[("A", 1, 2_000), ("GIFT", 1, 2_000)], placed_at=clock.now())
    assert "No earning rule yet" in browser.get("/console/earning/").content.decode()
    browser.post("/console/earning/new/", TYPED)
    rule = EarningRule.objects.get()
    assert rule.terms["per"] == 100
    assert rule.terms["least"] == 500
    assert [each["permille"] for each in rule.terms["accelerators"]] == [1200, 1500, 2000, 3000]
    page = f"/console/earning/{rule.id}/"
    shown = browser.get(page).content.decode()
    assert "it would pay 1 time," in shown
    assert "&lt;i&gt;Ann" in shown
    assert "<i>Ann" not in shown
    assert "Tier Silver: ×1.2" in shown
    edited = browser.get(f"{page}edit/").content.decode()
    assert "Silver times" in edited
    assert 'name="tier_factor_silver" value="1.2"' in edited
    browser.post(f"{page}publish/")
    earn(paid(member.id, 10_000, occurred_at=clock.now()), now=clock.now())
    assert "100.00 paid, 1 for every" in browser.get(page).content.decode()
    browser.post(f"{page}edit/", {**TYPED, "units": "2", "command_id": "d"})
    assert list(EarningRule.objects.order_by("version").values_list("version", "state")) == [
        (1, "published"),
        (2, "draft"),
    ]
    browser.post(f"{page}end/")
    assert "ended" in browser.get(page).content.decode()
    draft = EarningRule.objects.get(state="draft")
    browser.post(f"/console/earning/{draft.id}/discard/")
    assert EarningRule.objects.count() == 1
    assert make_browser(Role.ANALYST).get("/console/earning/").status_code == 403


def test_tiers_and_what_events_tell_are_offered_by_name_and_older_ones_stay() -> None:
    browser = make_browser()
    make_policy(now=clock.now())
    told = {"told": "order_line_paid.country", "property_values": "France，Germany"}
    browser.post("/console/earning/new/", {**TYPED, **told, "only_tiers": ["silver"]})
    written = EarningRule.objects.get()
    assert {each["field"]: each["values"] for each in written.terms["conditions"]} == {
        "product": ["GIFT", "POST"],
        "country": ["France", "Germany"],
        "tier": ["silver"],
    }
    shown = browser.get(f"/console/earning/{written.id}/").content.decode()
    assert "Tier: Silver" in shown
    assert "country or region: France, Germany" in shown
    edited = browser.get(f"/console/earning/{written.id}/edit/").content.decode()
    assert '<option value="order_line_paid.country" selected>' in edited
    assert "says more than this form" not in edited
    wrong = {**TYPED, "told": "product_reviewed.stars", "property_values": "5", "command_id": "w"}
    assert "does not tell this" in browser.post("/console/earning/new/", wrong).content.decode()
    older = Rule(
        "order_line_paid",
        "amount",
        units=1,
        per=100,
        currency="CNY",
        conditions=(Condition("tier", "in", ("bronze",)),),
        accelerators=(Accelerator("weekend", 2_000, weekdays=(5, 6)),),
    )
    make_rule(older, now=clock.now())
    row = EarningRule.objects.exclude(pk=written.pk).get()
    edited = browser.get(f"/console/earning/{row.id}/edit/").content.decode()
    assert 'value="bronze" id="id_only_tiers_3" checked' in edited
    assert "says more than this form" in edited


def test_past_orders_earn_after_somebody_agreed_to_the_figures() -> None:
    browser = make_browser()
    make_order(make_member().id, lines=[("A", 1, 2_000)], placed_at=clock.now())
    plain = dict.fromkeys(
        ("tier_factor_silver", "tier_factor_gold", "birthday", "birthday_factor", "month_days"), ""
    )
    said = browser.post("/console/earning/new/", {**TYPED, **plain}).content.decode()
    assert "Say above on which days." in said, "a factor without days is not left out in silence"
    browser.post("/console/earning/new/", {**TYPED, **plain, "month_days_factor": ""})
    browser.post(f"/console/earning/{EarningRule.objects.get().id}/publish/")
    today = clock.local_day(clock.now(), "Asia/Shanghai").isoformat()
    days = {"first_day": "2020-01-01", "last_day": today}
    shown = browser.get("/console/earning/past/", days).content.decode()
    assert 'name="points" value="20"' in shown
    browser.post("/console/earning/past/", {**days, "points": "19", "growth": "0", "command_id": "a"})
    assert not PastEarning.objects.exists()
    browser.post("/console/earning/past/", {**days, "points": "20", "growth": "0", "command_id": "b"})
    assert PastEarning.objects.get().state == "running"


def test_the_api_writes_publishes_lists_and_refuses_nonsense() -> None:
    call = make_program("rewards.*")
    rule = {
        "event": "check_in_made",
        "basis": "event",
        "units": 5,
        "caps": [{"scope": "member_day", "most": 5}],
    }

    def post(path: str, body: object) -> tuple[int, dict[str, object]]:
        answer = call.post(f"/api/v1/earning/{path}", json.dumps(body), content_type="application/json")
        return answer.status_code, answer.json()

    status, written = post("rules", {"name": "Check-in", "asset": "points", "rule": rule})
    assert status == 201
    assert (
        post(f"rules/{written['rule_id']}/publish", {"at": "2020-01-01T00:00:00Z"})[1]["code"]
        == "starts_in_the_past"
    )
    assert post(f"rules/{written['rule_id']}/publish", {})[0] == 200
    (listed,) = call.get("/api/v1/earning/rules").json()["items"]
    assert (listed["state"], listed["terms"]["units"]) == ("in_force", 5)
    for wrong in ({**rule, "units": 0}, {**rule, "extra": 1}, {**rule, "basis": "amount"}, {**rule, "event": "points_granted"},
                  {**rule, "conditions": [{"field": "stars", "operator": "at_least", "values": ["x"]}]}):  # fmt: skip
        assert post("rules", {"name": "x", "asset": "points", "rule": wrong})[0] in {400, 409, 422}
    member = make_member()
    assert call.get(f"/api/v1/earning/of/{member.id}").json()["items"] == []


def test_the_command_line_writes_and_shows(tmp_path: Path) -> None:
    file = tmp_path / "rule.json"
    rule = {"event": "check_in_made", "basis": "event", "units": 5}
    file.write_text(json.dumps({"name": "Check-in", "asset": "points", "rule": rule}))
    run = CliRunner()
    written = json.loads(run.invoke(app, ["earning", "write", str(file), "--json"]).stdout)
    assert run.invoke(app, ["earning", "publish", written["rule_id"], "--json"]).exit_code == 0
    assert (
        json.loads(run.invoke(app, ["earning", "rules", "--json"]).stdout)["rules"][0]["state"] == "in_force"
    )
    assert run.invoke(app, ["earning", "of", str(make_member().id), "--json"]).exit_code == 0
