"""The console's pages of campaigns, from a new plan to the report's file."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils.html import escape

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.campaigns.actions.mark_simulated import mark_simulated
from qunying.campaigns.models import Arm, Campaign, State
from qunying.campaigns.tests.make import (
    launch,
    make_approved,
    make_audience,
    make_campaign,
    make_community,
    make_message,
    make_offer,
    make_order,
    make_segment,
    run,
)
from qunying.kernel import clock
from qunying.kernel.clock import local_day

pytestmark = pytest.mark.django_db


def typed(**changes: Any) -> dict[str, Any]:
    today = local_day(clock.now(), "Asia/Shanghai")
    return {
        "name": "Spring",
        "theme": "Green",
        "selling_points": "Fresh\nCheap",
        "goal_metric": "orders_per_member",
        "goal_target": "12.5",
        "goal_by": today + timedelta(days=40),
        "audience_kind": "segment",
        "holdout": "20",
        "budget": "500.00",
        "expected_claims": "12.34",
        "starts_on": today,
        "ends_on": today + timedelta(days=9),
        "measurement_days": "30",
        **changes,
    }


def text_of(browser: Client, path: str) -> str:
    response = browser.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def test_from_a_new_plan_to_the_report(settings: Any) -> None:
    author, second = make_browser(Role.OPERATOR), make_browser(Role.MANAGER)
    segment_id = make_segment([person.id for person in make_audience(10)], now=clock.now())
    form = typed(
        segment_id=segment_id, offer_id=make_offer(), message_template_id=make_message(), budget="2000"
    )
    assert author.post("/console/plans/new/", form).status_code == 302
    campaign = Campaign.objects.get()
    assert (campaign.goal_target, campaign.budget_minor, campaign.expected_claim_basis_points) == (
        1_250,
        200_000,
        1_234,
    )
    here = f"/console/campaigns/{campaign.id}/"
    assert "Spring" in text_of(author, "/console/plans/")
    assert "Brief staff and customer service" in text_of(author, here)
    assert 'value="12.5"' in text_of(author, f"{here}edit/")
    assert "must be put right" in text_of(author, f"{here}preflight/")
    assert author.post(f"{here}confirm/", {"count": 9}).status_code in {302, 409}
    assert author.post(f"{here}confirm/", {"count": 10}).status_code == 302
    assert author.post(f"{here}submit/").status_code == 302
    assert "You worked on this plan" in text_of(author, f"{here}approval/")
    second.post(f"{here}approve/", {"remark": "Good"})
    assert "Launch to 10 members" in text_of(author, f"{here}approval/")
    author.post(f"{here}launch/")
    campaign.refresh_from_db()
    assert campaign.state == State.RUNNING
    assert "By group" in text_of(author, f"{here}run/")
    author.post(f"{here}close/")
    author.post(f"{here}lesson/", {"kind": "lesson", "area": "media", "text": "Write shorter texts"})
    report = text_of(author, f"{here}report/")
    assert "Write shorter texts" in report
    assert "Not proven" in report
    assert "Write shorter texts" in text_of(author, "/console/plans/new/")
    assert "Spring" in text_of(author, "/console/campaigns/")


def test_what_the_rules_refuse_stays_in_the_form() -> None:
    browser = make_browser()
    response = browser.post(
        "/console/plans/new/", typed(name="Kept", holdout="0", segment_id=make_segment([]))
    )
    assert response.status_code == 200
    assert escape("none at all needs a stated reason") in response.content.decode()
    assert 'value="Kept"' in response.content.decode()
    assert not Campaign.objects.exists()
    nonsense = typed(goal_target="-1", starts_on="yesterday", segment_id="x", holdout="51", budget="a lot")
    assert browser.post("/console/plans/new/", nonsense).status_code == 200


def test_the_calendar_begins_with_what_runs_and_comes() -> None:
    browser = make_browser()
    first = local_day(clock.now(), "Asia/Shanghai")
    for name, starts_on in (("Coming", first), ("Long ago", first - timedelta(days=5_000))):
        made = make_campaign(name=name)
        Campaign.objects.filter(pk=made.pk).update(
            starts_on=starts_on, ends_on=starts_on + timedelta(days=9), goal_by=starts_on
        )
    for path, drawn in (("/console/plans/", ["Coming"]), ("/console/plans/?over=1", ["Long ago"])):
        calendar = text_of(browser, path).split("<table")[0]
        assert [name for name in ("Coming", "Long ago") if f">{name}</a>" in calendar] == drawn
    assert "1 earlier one<" in text_of(browser, "/console/plans/")


def test_the_audience_is_counted_beside_the_form() -> None:
    browser = make_browser()
    people = make_audience(4)
    segment_id, community_id = (
        make_segment([p.id for p in people[:3]], now=clock.now()),
        make_community([people[0].id]),
    )
    count = "/console/plans/count/?audience_kind={}&segment_id={}&community_ids={}"
    assert ">3<" in text_of(browser, count.format("segment", segment_id, ""))
    assert ">1<" in text_of(browser, count.format("communities", "", community_id))
    assert ">1<" in text_of(browser, count.format("segment_in_communities", segment_id, community_id))
    assert "Choose" in text_of(browser, count.format("segment", "", ""))


def test_the_report_file_needs_nothing_else_and_says_what_is_simulated() -> None:
    campaign = make_approved([person.id for person in make_audience(12)], name="Spring <b>&</b>")
    launch(campaign)
    make_order(campaign.assignments.filter(arm=Arm.TREATMENT).first().member_id, clock.now())  # type: ignore[union-attr]
    run(mark_simulated, campaign_id=campaign.id, what_was_planted="A fifth more orders")
    browser = make_browser()
    response = browser.get(f"/console/campaigns/{campaign.id}/report/file/")
    document = response.content.decode()
    assert "attachment" in response["Content-Disposition"]
    assert "Simulated outcomes" in document
    assert "A fifth more orders" in document
    assert "Spring &lt;b&gt;&amp;&lt;/b&gt;" in document
    assert "<script" not in document
    assert not re.search(r"(src|href|url\()\s*=?\s*[\"']?(https?:)?/", document)
    page = text_of(browser, f"/console/campaigns/{campaign.id}/report/")
    assert "A fifth more orders" in page
    table = browser.get(f"/console/campaigns/{campaign.id}/report/?format=csv").content.decode()
    assert "orders_per_member" in table
    chinese = make_browser(language="zh-hans")
    assert "Holdout group" not in text_of(chinese, f"/console/campaigns/{campaign.id}/report/")


def test_tasks_and_stages_from_the_page() -> None:
    campaign, browser = make_campaign(), make_browser()
    here = f"/console/campaigns/{campaign.id}/"
    browser.post(f"{here}task/", {"stage": "run", "title": "Ring the bell", "due_on": campaign.starts_on})
    task = campaign.tasks.get(title="Ring the bell")
    browser.post(f"{here}tasks/{task.id}/", {"verb": "done"})
    task.refresh_from_db()
    assert task.done_at is not None
    browser.post(f"{here}tasks/{task.id}/", {"verb": "remove"})
    assert not campaign.tasks.filter(title="Ring the bell").exists()
    browser.post(
        f"{here}stage/", {"stage": "launch", "starts_on": campaign.starts_on, "ends_on": campaign.ends_on}
    )
    assert campaign.stages.get(kind="launch").ends_on == campaign.ends_on
    browser.post(f"{here}cancel/", {"reason": "Rain"})
    campaign.refresh_from_db()
    assert campaign.state == State.CANCELLED
    assert "Rain" in text_of(browser, f"{here}approval/")


def test_who_may_only_look() -> None:
    campaign, analyst = make_campaign(), make_browser(Role.ANALYST)
    here = f"/console/campaigns/{campaign.id}/"
    assert analyst.get(here).status_code == 200
    assert analyst.get("/console/plans/new/").status_code == 403
    assert analyst.post(f"{here}submit/").status_code == 403
    assert make_browser(Role.CUSTOMER_SERVICE).get(here).status_code == 403
    assert text_of(make_browser(), f"{here}report/")  # says that it was not launched
