"""Flash sales and teams in the console, on the phone, by program and by command."""

import json
from typing import Any

import pytest
from django.test import Client
from typer.testing import CliRunner

from qunying.accounts.tests.make import make_browser, make_program
from qunying.activities.doors.cli import app
from qunying.activities.doors.jobs import rank_windows, release_rights
from qunying.activities.models import Activity, Proof, Right, Team
from qunying.activities.queries.list_rights import code_of
from qunying.activities.tests.make import DAY, goods, make_activity, play
from qunying.kernel import clock
from qunying.members.tests.make import make_member, sign_in

pytestmark = pytest.mark.django_db


def _typed(**changes: Any) -> dict[str, Any]:
    now = clock.now()
    line = {
        "code1": "TEA",
        "name1": "Tea <b>",
        "quantity1": "1",
        "list_price1": "129",
        "price1": "99",
        "units1": "5",
    }
    common = {
        "title": "Sale <i>",
        "about": "Everybody once.",
        "organiser": "The tea house",
        "opens_at": (now - DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "closes_at": (now + DAY).strftime("%Y-%m-%dT%H:%M:%S"),
        "per_member": "1",
        "min_account_days": "0",
        "minutes": "15",
    }
    return {**common, **line, **changes}


def _stranger() -> Client:
    return Client(headers={"accept-language": "en"})


def _phone(member: Any = None) -> Client:
    phone = _stranger()
    sign_in(phone, member or make_member(now=clock.now() - DAY))
    return phone


def test_a_flash_sale_from_draft_to_bought() -> None:
    browser = make_browser()
    soon = (clock.now() + DAY / 2).strftime("%Y-%m-%dT%H:%M:%S")
    browser.post("/console/activities/new/flash_sale/", _typed(window_seconds="10", opens_at=soon))
    found = Activity.objects.get()
    assert found.settings["prizes"] == [{"key": "right", "count": 5}]
    here = f"/console/activities/{found.id}/"
    assert 'value="129.00"' in browser.get(f"{here}edit/").content.decode()
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    Activity.objects.filter(pk=found.id).update(opens_at=clock.now() - DAY)  # the window is over
    page = f"/m/activities/{found.id}/"
    phone, stranger = _phone(), _stranger()
    assert "being ranked" in phone.get(page).content.decode()
    assert "Rank now" in browser.get(here).content.decode()
    browser.post(f"{here}rank/")
    shown = phone.get(page).content.decode()
    assert "Tea &lt;b&gt;" in shown
    assert "99.00" in shown
    phone.post(page, {"command_id": "once"})
    phone.post(page, {"command_id": "once"})
    right = Right.objects.get()
    assert code_of(right) in phone.get("/m/rights/").content.decode()
    assert code_of(right) not in stranger.get(page).content.decode()
    foreign = _phone().post(f"/m/rights/{right.id}/give-up/")
    assert (foreign.status_code, Right.objects.get().state) == (404, "reserved")
    listed = browser.get(f"{here}rights/?code={code_of(right)}").content.decode()
    assert code_of(right) in listed
    browser.post(f"/console/activities/rights/{right.id}/redeem/", {"order_number": "A-1"})
    right.refresh_from_db()
    assert (right.state, right.order_number) == ("redeemed", "A-1")
    assert "A-1" in browser.get(f"{here}rights/?format=csv").content.decode()
    assert browser.get(here).status_code == 200


def test_a_team_by_its_link() -> None:
    browser = make_browser()
    browser.post("/console/activities/new/group_buy/", _typed(size="2", hours="24"))
    found = Activity.objects.get()
    here, page = f"/console/activities/{found.id}/", f"/m/activities/{found.id}/"
    for verb in ("approve", "open"):
        browser.post(f"{here}{verb}/")
    leader, friend, stranger = _phone(), _phone(), _stranger()
    leader.post(page)
    team = Team.objects.get()
    link = f"/m/teams/{team.id}/"
    assert link in leader.get(page).content.decode()
    asked = stranger.get(link).content.decode()
    assert "Sign in to join" in asked
    assert stranger.post(link)["Location"].endswith(f"?next={link}")
    friend.post(link)
    team.refresh_from_db()
    assert (team.state, Right.objects.filter(state="reserved").count()) == ("formed", 2)
    assert "The team is full" in friend.get(link).content.decode()
    assert friend.post(f"/m/rights/{Right.objects.order_by('taken_at')[1].id}/give-up/").status_code == 302
    assert "2 / 2" in browser.get(f"{here}teams/").content.decode()


def test_who_left_a_team_is_not_in_it_and_may_come_back() -> None:
    buy, leader, friend = make_activity("group_buy", now=clock.now()), _phone(), _phone()
    leader.defaults["HTTP_ACCEPT_LANGUAGE"] = friend.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    leader.post(f"/m/activities/{buy.id}/")
    link = f"/m/teams/{Team.objects.get().id}/"
    friend.post(link)
    assert "You are in. Send this link" in friend.get(link).content.decode()
    friend.post(f"/m/rights/{Right.objects.latest('taken_at').id}/give-up/")
    left = friend.get(link).content.decode()
    assert "You are in." not in left
    assert "Join for" in left
    friend.post(link)
    assert "You are in. Send this link" in friend.get(link).content.decode()
    assert Team.objects.get().held == 2


@pytest.mark.django_db(transaction=True)
def test_jobs_rank_and_release() -> None:
    now = clock.now()
    fair = {"lines": [goods()], "window_seconds": 10}
    sale = make_activity("flash_sale", now=now - DAY, closes_at=now + DAY, settings=fair)
    play(sale, now=now - DAY)
    buy = make_activity("group_buy", now=now - DAY, closes_at=now + DAY)
    play(buy, now=now - DAY)
    for _ in range(2):
        rank_windows()
        release_rights()
    assert (Proof.objects.get().bundle or {})["closing"]["count"] == 1
    assert sorted(Right.objects.values_list("state", flat=True)) == ["failed", "reserved"]
    Right.objects.filter(state="reserved").update(expires_at=now)
    release_rights()
    assert Right.objects.filter(state="expired").count() == 1


def test_by_program_and_by_command() -> None:
    program, now = make_program("activities.*"), clock.now()
    activity, member = make_activity("flash_sale", now=now), make_member(now=now - DAY).id
    part = {"member_id": str(member)}
    took = program.post(f"/api/v1/activities/{activity.id}/parts", part, content_type="application/json")
    code = code_of(Right.objects.get(pk=took.json()["right_id"]))
    shown = program.get(f"/api/v1/rights/{code}").json()
    assert (shown["state"], shown["total_minor"], shown["lines"][0]["stock_code"]) == (
        "reserved",
        9_900,
        "TEA",
    )
    order = {"order_number": "A-1"}
    for _ in range(2):
        done = program.post(f"/api/v1/rights/{code}/redeem", order, content_type="application/json")
        assert done.json()["state"] == "redeemed"
    again = program.post(f"/api/v1/rights/{code}/cancel", content_type="application/json")
    assert (again.status_code, again.json()["code"]) == (409, "right_not_reserved")
    assert program.get("/api/v1/rights/AAAAA-AAAAA-AAAA").status_code == 404
    only_looks = make_program("activities.view")
    assert only_looks.get("/api/v1/rights").json()["items"][0]["code"] == ""
    redeem = f"/api/v1/rights/{code}/redeem"
    assert only_looks.post(redeem, order, content_type="application/json").status_code == 403
    runner, other = CliRunner(), Right.objects.get(participation=play(activity, now=now).participation_id)
    for words in (["right", code], ["redeem", code, "A-1"], ["give-up", code_of(other)]):
        result = runner.invoke(app, [*words, "--json"])
        assert result.exit_code == 0, result.output
        json.loads(result.stdout)
