"""Console, member pages, API and commands of activities."""

import io
import json
import subprocess
import sys
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.tests.make import make_browser, make_program
from qunying.activities.actions.open_activity import open_activity
from qunying.activities.doors.cli import app
from qunying.activities.doors.jobs import end_activities
from qunying.activities.models import Activity, Award, Participation, State
from qunying.activities.rules import BadSettings
from qunying.activities.tests.make import DAY, SECOND, draft, make_activity, play, prize
from qunying.fulfilment.actions.choose_address import choose_address
from qunying.fulfilment.addresses import Address
from qunying.fulfilment.queries.list_fulfilments import of_source
from qunying.kernel import clock
from qunying.ledger import naming
from qunying.ledger.tests.make import run
from qunying.members.tests.make import make_member, sign_in
from qunying.rewards.tests.make import make_budget

pytestmark = pytest.mark.django_db


def _typed(**changes: Any) -> dict[str, Any]:
    """What somebody types for a wheel in the console."""
    today = clock.now()
    rows = {"prize-TOTAL_FORMS": "2", "prize-INITIAL_FORMS": "0"}
    first = {
        "name": "Cup <b>",
        "kind": "points",
        "amount": "10",
        "worth": "1.00",
        "count": "20",
        "chance": "50",
    }
    second = {"name": "", "kind": "points", "chance": ""}
    rows |= {f"prize-{n}-{key}": value for n, row in enumerate((first, second)) for key, value in row.items()}
    common = {
        "title": "Wheel <i>",
        "about": "Everybody once.",
        "organiser": "The tea house",
        "opens_at": (today - DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "closes_at": (today + DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "per_member": "1",
        "min_account_days": "0",
        "fallback": "1",
    }
    return {**common, **rows, **changes}


def test_a_wheel_from_draft_to_result_in_the_console_and_on_the_phone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    browser = make_browser()
    spring = make_budget(1_000)
    pages = [(lambda keys: {key: "Spring" for key in keys if key == spring}, "campaigns.plan")]
    monkeypatch.setitem(naming._PAGES, "campaign", pages)
    assert "No activity yet" in browser.get("/console/activities/").content.decode()
    browser.post("/console/activities/new/wheel/", _typed())
    found = Activity.objects.get()
    assert found.settings["prizes"][0]["weight"] == 500_000
    assert (found.settings["fallback"], found.settings["blank_weight"]) == ("p1", 500_000)
    here = f"/console/activities/{found.id}/"
    assert f'<option value="{spring}">Spring</option>' in browser.get(f"{here}edit/").content.decode()
    browser.post(f"{here}edit/", _typed(title="Another wheel", campaign=str(spring)))
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    found.refresh_from_db()
    assert (found.state, found.title) == (State.OPEN, "Another wheel")
    assert found.campaign_id == spring
    member, phone = make_member(now=clock.now() - DAY), Client()
    page = f"/m/activities/{found.id}/"
    assert phone.post(page, {"choice": "luck"}).status_code == 302  # to sign in
    assert Participation.objects.count() == 0
    sign_in(phone, member)
    shown = phone.get(page).content.decode()
    assert "50%" in shown
    assert found.commitment in shown
    assert "Cup <b>" not in shown
    phone.post(page, {"choice": "luck", "command_id": "once"})
    phone.post(page, {"choice": "luck", "command_id": "once"})
    assert Participation.objects.get().choice == "luck"
    assert phone.post(page, {"choice": "luck"}).status_code == 409
    assert browser.get(here).status_code == 200
    assert phone.get("/m/prizes/").status_code == 200
    Activity.objects.filter(pk=found.id).update(closes_at=clock.now() - timedelta(seconds=1))
    listed = phone.get("/m/activities/").content.decode()
    assert "Another wheel" in listed


def test_what_a_member_did_leads_back_to_the_activity(django_assert_max_num_queries: Any) -> None:
    now, member = clock.now(), make_member(now=clock.now() - DAY)
    wheel = make_activity(now=now, settings={"prizes": [prize(weight=1_000_000)], "fallback": ""})
    play(wheel, member.id, now=now)
    phone, browser = Client(headers={"accept-language": "en"}), make_browser()
    sign_in(phone, member)
    with django_assert_max_num_queries(14):
        points = phone.get("/m/points/").content.decode()
    assert f'<a href="/m/activities/{wheel.id}/">A wheel</a>' in points
    statement = browser.get(f"/console/statements/{member.id}/?kind=points").content.decode()
    assert f'<a href="/console/activities/{wheel.id}/">A wheel</a>' in statement
    timeline = browser.get(f"/console/members/{member.id}/timeline/").content.decode()
    assert "Lucky wheel" in timeline
    assert str(wheel.id) not in timeline
    late = {"draw_at": "2099-01-01T00:00:00Z"}
    draw = make_activity("draw", now=now, settings=late)
    told = phone.post(f"/m/activities/{draw.id}/", follow=True).content.decode()
    for page in (f"/m/activities/{draw.id}/", "/m/activities/"):
        with django_assert_max_num_queries(11):
            phone.get(page)
    name = Participation.objects.get(activity=draw).landed
    assert f'Ticket no. 1 is yours: {name[:8]}…:1. <a href="#tickets">' in told
    assert name in told


@pytest.mark.django_db(transaction=True)
def test_the_job_ends_what_is_over_and_the_proof_checks(tmp_path) -> None:
    now = clock.now()
    activity = make_activity("red_packet", now=now - 2 * DAY, closes_at=now - DAY)
    draw = make_activity(
        "draw", now=now - 2 * DAY, closes_at=now - DAY, settings={"draw_at": "2099-01-01T00:00:00Z"}
    )
    play(activity, now=now - 2 * DAY)
    for _ in range(2):
        end_activities()
    states = set(Activity.objects.values_list("kind", "state"))
    assert states == {("red_packet", "settled"), ("draw", "closed")}
    browser, phone = make_browser(), Client()
    assert phone.get(f"/m/activities/{draw.id}/proof.zip").status_code == 404
    response = phone.get(f"/m/activities/{activity.id}/proof.zip")
    zipfile.ZipFile(io.BytesIO(response.content)).extractall(tmp_path)
    checked = subprocess.run(
        [sys.executable, "-I", "verify_draw.py", "bundle.json", "--commitment", activity.commitment],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )
    assert checked.returncode == 0, checked.stderr
    for page in (activity, draw):
        assert browser.get(f"/console/activities/{page.id}/").status_code == 200
        assert phone.get(f"/m/activities/{page.id}/").status_code == 200
    again = [phone.get(f"/m/activities/{activity.id}/proof.zip").status_code for _more in range(29)]
    assert set(again) == {200, 429}, again
    assert "public value" in browser.get(f"/console/activities/{draw.id}/").content.decode()


def test_goods_are_sent_once() -> None:
    sure = prize("car", kind="goods", amount=1, weight=1_000_000)
    activity = make_activity(now=clock.now(), settings={"prizes": [sure], "fallback": ""})
    play(activity, now=clock.now())
    browser, award = make_browser(), Award.objects.get()
    assert "Car" in browser.get("/console/fulfilment/?view=waiting").content.decode()
    sending = of_source("activities", [award.id])[award.id]
    where = Address("Li Lei", "13800000000", "1 Nanjing Road")
    own: dict[str, Any] = {"number": sending.number, "member_id": award.member_id}
    run(choose_address, now=clock.now(), **own, address=where, consent="yes")
    browser.post(f"/console/fulfilment/{sending.number}/send/", {"carrier": "SF", "tracking": "SF-1"})
    assert of_source("activities", [award.id])[award.id].state == "sent"
    assert browser.get(f"/console/activities/{activity.id}/?format=csv").content.decode().count("SF-1") == 1


def test_what_is_still_written_is_nobodys_business() -> None:
    activity = make_activity(opened=False)
    phone = Client()
    sign_in(phone, make_member())
    for page in ("", "proof.zip", "rules.json"):
        assert phone.get(f"/m/activities/{activity.id}/{page}").status_code == 404


def test_by_program() -> None:
    program, now = make_program("activities.*"), clock.now()
    typed = draft("wheel", now=now)
    body = {
        "kind": "wheel",
        "title": typed.title,
        "about": typed.about,
        "organiser": typed.organiser,
        "opens_at": typed.opens_at.isoformat(),
        "closes_at": typed.closes_at.isoformat(),
        "settings": typed.settings,
    }
    made = program.post("/api/v1/activities", body, content_type="application/json").json()
    here = f"/api/v1/activities/{made['id']}"
    assert not all(item["ok"] for item in program.get(f"{here}/checklist").json()["items"])
    from qunying.activities.actions.approve_activity import approve_activity

    run(approve_activity, actor=SECOND, activity_id=made["id"])
    assert all(item["ok"] for item in program.get(f"{here}/checklist").json()["items"])
    run(open_activity, now=now, activity_id=made["id"])
    changed = program.put(here, {**body, "title": "New"}, content_type="application/json")
    assert (changed.status_code, changed.json()["code"]) == (409, "activity_rules_fixed")
    member = make_member(now=now - DAY).id
    part = {"member_id": str(member), "choice": "luck"}
    took = program.post(f"{here}/parts", part, content_type="application/json")
    assert took.json()["number"] == 1
    again = program.post(f"{here}/parts", part, content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "turns_used_up")
    assert program.get(f"{here}/proof").status_code == 404


def test_activities_are_found_by_kind_and_by_partner_in_every_door() -> None:
    tea = make_activity(opened=False, settings={"partner": {"name": "Tea & Co"}})
    make_activity(opened=False)
    program = make_program("activities.view")
    here = "/api/v1/activities"
    found = program.get(here, {"kind": "wheel", "search": "tea"}).json()["items"]
    assert [each["id"] for each in found] == [str(tea.id)]
    assert program.get(here, {"kind": "draw"}).json()["items"] == []
    wrong = program.get(here, {"kind": "roulette"})
    assert (wrong.status_code, wrong.json()["code"]) == (404, "unknown_activity_kind")
    listed = CliRunner().invoke(app, ["list", "--search", "tea", "--json"])
    assert [each["id"] for each in json.loads(listed.stdout)["activities"]] == [str(tea.id)]


def test_by_command(tmp_path) -> None:
    activity = make_activity(now=clock.now())
    runner = CliRunner()
    member = make_member(now=clock.now() - DAY).id
    for words in (["list"], ["show", str(activity.id)], ["part", str(activity.id), str(member)]):
        result = runner.invoke(app, [*words, "--json"])
        assert result.exit_code == 0, result.output
        json.loads(result.stdout)


def test_a_partner_stands_in_the_pinned_rules_and_is_told_to_everybody() -> None:
    browser, form = make_browser(), "/console/activities/new/wheel/"
    wrong = browser.post(form, _typed(partner_link="http://tea.example", partner_bears="Prizes"))
    assert "This begins with https://." in wrong.content.decode()
    assert "Say who the partner is." in wrong.content.decode()
    partner = {"name": "Tea & Co", "link": "https://tea.example/us", "bears": "Prizes"}
    browser.post(form, _typed(**{f"partner_{name}": text for name, text in partner.items()}))
    found = Activity.objects.get()
    assert found.settings["partner"] == partner
    here = f"/console/activities/{found.id}/"
    assert 'value="Tea &amp; Co"' in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    rules = json.loads(Client().get(f"/m/activities/{found.id}/rules.json").content)["rules"]
    assert rules["settings"]["partner"] == partner
    page = Client(headers={"accept-language": "en"}).get(f"/m/activities/{found.id}/").content.decode()
    assert "Tea &amp; Co gets no data of members from us." in page
    assert 'href="https://tea.example/us"' in page
    assert "Tea &amp; Co" in browser.get("/console/activities/?search=tea").content.decode()
    assert "partner" not in make_activity(opened=False).settings
    for link in ("http://tea.example", "javascript:alert(1)", "https://a b", "https://x@y"):
        with pytest.raises(BadSettings):
            make_activity(opened=False, settings={"partner": {"name": "Tea", "link": link}})
