"""The rule builder in a browser: rows and JSON are one rule, the count follows, mistakes stand where they belong."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Browser, Page, expect

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_staff
from qunying.kernel import clock
from qunying.members.tests.make import make_member
from qunying.segments.models import Segment
from qunying.shop.events import ORDER_PAID
from qunying.stream.record import NewEvent, record
from tests.live.browser import Visitor, visitor
from tests.live.site import Site

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
NOW = clock.now()


def fill(site: Site) -> None:
    """Four members: two from Germany, of whom one bought lately and one long ago, and two from France."""
    with site.inside():
        for country, days_ago in [("Germany", 5), ("Germany", 200), ("France", 5), ("France", None)]:
            first_seen = NOW - timedelta(days=300)
            member = make_member(attributes={"country": country}, first_seen_at=first_seen, now=first_seen)
            if days_ago is not None:
                at = NOW - timedelta(days=days_ago)
                paid = NewEvent(
                    type=ORDER_PAID, occurred_at=at, received_at=at, member_id=member.id, amount_minor=12_345
                )
                with transaction.atomic():
                    record(paid)


@pytest.fixture(scope="module")
def filled(site: Site) -> Site:
    fill(site)
    return site


@pytest.fixture(params=["zh-CN", pytest.param("en-GB", marks=pytest.mark.full)])
def guest(request: pytest.FixtureRequest, browser: Browser, filled: Site) -> Iterator[Visitor]:
    with filled.inside():
        person = make_staff(Role.OPERATOR)
    with visitor(browser, filled, language=request.param, album=f"rule-builder-{request.param}") as someone:
        someone.sign_in(person)
        yield someone


def count(page: Page) -> Any:
    return page.locator("#preview [data-count]")


def rule_of(page: Page) -> Any:
    return json.loads(page.locator("textarea[name=rule]").input_value())


def write_json(page: Page, rule: object) -> None:
    page.locator("textarea[name=rule]").fill(rule if isinstance(rule, str) else json.dumps(rule))


def test_a_rule_is_built_without_loading_the_page_again(guest: Visitor, site: Site) -> None:
    page = guest.page
    guest.open("/console/segments/new/")
    page.evaluate("window.stillHere = true")
    expect(count(page)).to_have_attribute("data-count", "2")
    assert rule_of(page) == {
        "all": [{"event": "order_paid", "count": {"at_least": 1}, "within": {"days": 90}}]
    }
    rows = page.locator(".q-rule-row")
    page.locator(".q-rule-add").first.select_option("attribute")
    expect(rows).to_have_count(2)
    rows.nth(1).locator(".q-rule-fields input").fill("Germany, ")
    expect(count(page)).to_have_attribute("data-count", "1")
    assert rule_of(page)["all"][1] == {"attribute": "country", "in": ["Germany"]}
    rows.nth(0).locator("select").first.select_option("not")
    expect(count(page)).to_have_attribute("data-count", "1")
    assert list(rule_of(page)["all"][0]) == ["not"]
    page.locator(".q-rule-add").first.select_option("group")
    expect(rows).to_have_count(4)
    page.locator(".q-rule-group").first.locator("select").first.select_option("any")
    expect(count(page)).to_have_attribute("data-count", "4")
    guest.picture("rows")
    rows.nth(1).get_by_role("button").last.click()
    assert [next(iter(part)) for part in rule_of(page)["any"]] == ["not", "any"]
    assert page.evaluate("window.stillHere") is True

    page.locator("details summary").first.click()
    page.locator("#id_name").fill("Friends of tea")
    write_json(page, {"all": [{"event": "order_paid", "sum": "amount", "at_least": 10_000}]})
    expect(count(page)).to_have_attribute("data-count", "3")
    expect(rows.first.locator("input[type=number]")).to_have_value("100")
    guest.picture("json")
    page.locator("#segment-form button.q-button").last.click()
    page.wait_for_url("**/console/segments/*-*/")
    expect(page.locator(".q-metric-value").first).to_have_text("3")
    guest.picture("segment")
    for tab in ("changes", "versions"):
        page.goto(f"{page.url.split('?')[0]}?tab={tab}")
        guest.picture(tab)
    with site.inside():
        saved = Segment.objects.order_by("-created_at").first()
        assert saved is not None
        assert saved.rule == {"all": [{"event": "order_paid", "sum": "amount", "at_least": 10_000}]}
        Segment.objects.filter(pk=saved.pk).update(slug=f"used-{saved.pk.hex[:8]}")


def test_mistakes_stand_at_the_row_that_they_belong_to(guest: Visitor) -> None:
    page = guest.page
    guest.open("/console/segments/new/")
    page.locator("details summary").first.click()
    wrong = {"all": [{"tag": "x"}, {"event": "order_paid", "count": {"at_least": 1}, "within": {"dayz": 3}}]}
    write_json(page, wrong)
    expect(page.locator("#preview")).to_contain_text("all[1].within.dayz")
    expect(page.locator(".q-rule-row").nth(1).locator(".q-error")).to_contain_text("days")
    expect(page.locator(".q-rule-row").nth(0).locator(".q-error")).to_be_hidden()
    assert rule_of(page) == wrong, "what the rows cannot show is kept as it is"
    guest.picture("mistake")
    write_json(page, "{")
    expect(page.locator(".q-rule-broken")).to_have_count(1)
    expect(page.locator("#preview .q-note-bad")).to_be_visible()
    write_json(page, {"any": [{"rfm": {"recency": [5]}}, {"lifecycle": ["active"]}, {"consent": "email"}]})
    expect(page.locator("#preview [data-count]")).to_be_visible()
    expect(page.locator(".q-rule-row .q-rule-ticks")).to_have_count(4)
    guest.picture("kinds")


def test_every_kind_of_condition_survives_the_rows(guest: Visitor) -> None:
    """Opening a rule and touching one row leaves every other row as it was."""
    page = guest.page
    guest.open("/console/segments/new/")
    page.locator("details summary").first.click()
    parts: list[dict[str, Any]] = [
        {"tag": "vip"},
        {"attribute": "country", "not_in": ["France"]},
        {"attribute": "age", "at_least": 18, "less_than": 30},
        {"attribute": "age", "known": False},
        {"event": "order_paid", "never": True, "between": ["2011-06-01", "2011-12-01"]},
        {"event": "order_paid", "sum": "amount", "at_least": 12_345},
        {"event": "order_paid", "sum": "quantity", "more_than": 3, "within": {"months": 2}},
        {"event": "order_paid", "first": {"before": "2011-03-01"}},
        {"event": "order_paid", "last": {"longer_ago_than": {"weeks": 2}}},
        {
            "event": "order_line_paid",
            "count": {"equals": 2},
            "where": [{"property": "quantity", "in": [1, 2]}],
        },
        {"event": "odd", "count": {"at_least": 1, "at_most": 3}},
        {"consent": "email", "state": "withdrawn"},
        {"not": {"not": {"tag": "x"}}},
        {
            "any": [
                {"lifecycle": ["new", "loyal"]},
                {"not": {"all": [{"rfm": {"recency": [1], "monetary": [4, 5]}}]}},
            ]
        },
    ]
    write_json(page, {"all": parts})
    expect(count(page)).to_be_visible()
    page.locator(".q-rule-fields input").first.fill("gold")
    assert rule_of(page) == {"all": [{"tag": "gold"}, *parts[1:]]}
    expect(count(page)).to_be_visible()
    guest.picture("all-kinds")


def test_definitions_are_previewed_and_saved(guest: Visitor, site: Site) -> None:
    page = guest.page
    guest.open("/console/segments/lifecycle/")
    preview = page.locator("#stage-preview")
    expect(preview.locator("tr")).to_have_count(6)
    active = page.locator("[data-rule-builder=active]")
    expect(active).to_be_hidden()
    page.locator("select[name=order_active]").select_option("1")
    expect(active).to_be_visible()
    expect(page.locator("[data-rule-builder=loyal]")).to_be_hidden()
    page.locator("select[name=order_active]").select_option("6")
    guest.picture("definitions")
    box = page.locator("textarea[name=rule_new]")
    box.evaluate("element => element.closest('details').open = true")
    box.fill('{"event": "order_paid", "first": {"within": {"dayz": 9}}}')
    expect(preview).to_contain_text("first.within.dayz")
    guest.picture("wrong-definition")
    box.fill('{"event": "order_paid", "first": {"within": {"days": 9}}}')
    expect(preview.locator("tr")).to_have_count(6)
    page.locator("#definitions-form button.q-button").last.click()
    expect(page.locator("ol li").filter(has_text="9 ").first).to_be_visible()
    guest.picture("saved-definitions")
    guest.open("/console/segments/")
    page.locator(".q-card form button").first.click()
    expect(page.locator(".q-metric-value").first).to_be_visible()
    guest.picture("list")
