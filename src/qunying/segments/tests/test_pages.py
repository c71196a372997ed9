"""The console's pages of segments, without a browser."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from qunying.accounts.models import Brand
from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.kernel.ids import new_id
from qunying.segments.actions.refresh_scores import refresh_scores
from qunying.segments.actions.refresh_segment import refresh_segment
from qunying.segments.models import Definitions, Segment, SegmentMember
from qunying.segments.rules.policy import DEFAULT_STAGES, STAGES
from qunying.segments.rules.words import describe_rule
from qunying.segments.tests.test_read_rule import EXAMPLE
from qunying.segments.tests.test_refreshing import BUYERS, NOW, buy, command, make_segment, member

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]


@pytest.fixture(autouse=True)
def _brand() -> None:
    Brand.objects.create(name="B", analysis_at=NOW, currency="CNY")


@pytest.fixture
def browser() -> Client:
    return make_browser(Role.OPERATOR)


def post(browser: Client, name: str, /, *args: Any, **fields: Any) -> Any:
    return browser.post(
        reverse(name, args=args), {"command_id": str(new_id()), **fields}, headers={"accept-language": "en"}
    )


def text_of(browser: Client, name: str, *args: Any, **query: str) -> str:
    response = browser.get(reverse(name, args=args), query, headers={"accept-language": "en"})
    assert response.status_code == 200
    return str(response.content.decode())


def preview(browser: Client, rule: object, **fields: str) -> str:
    text = rule if isinstance(rule, str) else json.dumps(rule)
    return str(post(browser, "segments.preview", rule=text, **fields).content.decode())


def test_the_preview_counts_or_says_what_is_wrong(browser: Client) -> None:
    person = member(name="王小明")
    buy(person, 3)
    found = preview(browser, BUYERS)
    assert 'data-count="1"' in found
    assert "王小明" in found, "operators may see names"
    assert "王**" in preview(make_browser(Role.ANALYST), BUYERS)
    past = (NOW - timedelta(days=20)).date().isoformat()
    assert 'data-count="0"' in preview(browser, BUYERS, as_of=past)
    assert 'data-count="1"' in preview(browser, BUYERS, as_of="nonsense")
    assert "is not JSON" in preview(browser, "{")
    wrong = preview(browser, {"all": [{"tag": "<b>"}, {"event": "x", "never": True, "within": {"dayz": 1}}]})
    assert 'data-mistake="all[1].within.dayz"' in wrong
    assert "there is no segment" in preview(browser, {"segment": "nobody"})
    assert "&lt;b&gt;" in preview(browser, {"tag": "<b>"})


def test_a_segment_is_made_changed_and_shown(browser: Client) -> None:
    buy(member(), 3)
    assert "rule-words" in text_of(browser, "segments.builder")
    made = post(browser, "segments.builder", name="Tea", slug="tea", rule=json.dumps(BUYERS), description="")
    segment = Segment.objects.get()
    assert made["Location"] == reverse("segments.segment", args=[segment.id])
    assert segment.count == 1
    kept = post(browser, "segments.builder", name="Other", slug="tea", rule=json.dumps(BUYERS))
    assert kept.status_code == 200
    assert "already a segment" in kept.content.decode()
    assert 'value="Other"' in kept.content.decode()
    broken = post(browser, "segments.edit", segment.id, name="Tea", rule="{", seen_version=1)
    assert "is not JSON" in broken.content.decode()
    changed = {**BUYERS, "within": {"days": 1}}
    post(browser, "segments.edit", segment.id, name="Green tea", rule=json.dumps(changed), seen_version=1)
    segment.refresh_from_db()
    assert (segment.name, segment.rule, segment.rule_version, segment.count) == ("Green tea", changed, 2, 0)
    stale = post(browser, "segments.edit", segment.id, name="Tea", rule=json.dumps(BUYERS), seen_version=1)
    assert "meanwhile" in stale.content.decode()
    for tab in ("members", "changes", "versions", "nonsense"):
        text_of(browser, "segments.segment", segment.id, tab=tab)
    assert "1 member as of" in text_of(browser, "segments.count_as_of", segment.id, as_of="2026-02-26")
    post(browser, "segments.change_card", segment.id, aim="More tea", offers="", owner="")
    assert Segment.objects.get().aim == "More tea"
    post(browser, "segments.archive_segment", segment.id)
    assert "Green tea" not in text_of(browser, "segments.list")
    assert "Green tea" in text_of(browser, "segments.list", archived="yes")
    post(browser, "segments.archive_segment", segment.id, restore="yes")
    assert "Green tea" in text_of(browser, "segments.list", search="tea", kind="rule")
    assert "Green tea" not in text_of(browser, "segments.list", card="none")


def test_a_list_is_pasted_and_uploaded(browser: Client) -> None:
    people = [member(identities=[("shop_customer", str(number))]) for number in range(4)]
    assert "Make the list without them" not in text_of(browser, "segments.new_list")
    typed = {"name": "List", "slug": "", "description": "", "pasted": f"0, {people[1]}\nnobody"}
    told = post(browser, "segments.new_list", **typed).content.decode()
    assert "Entries that fit nobody: 1 (nobody)." in told
    assert 'type="checkbox" name="leave_out"' in told
    assert not Segment.objects.exists()
    post(browser, "segments.new_list", **typed, leave_out="on")
    segment = Segment.objects.get()
    assert set(SegmentMember.objects.values_list("member_id", flat=True)) == set(people[:2])
    file = SimpleUploadedFile("more.csv", "\ufeff客户号,备注\n2,好\n3,好\n".encode("gb18030"))
    post(browser, "segments.set_static_members", segment.id, mode="add", pasted="", file=file)
    assert SegmentMember.objects.count() == 4
    page = text_of(browser, "segments.segment", segment.id)
    assert "客户号" in page, "what fits nobody is reported"
    nothing = post(browser, "segments.set_static_members", segment.id, mode="add", pasted=" ")
    assert nothing.status_code == 302
    assert "Paste members" in text_of(browser, "segments.segment", segment.id)


def test_ready_made_segments_and_scores(browser: Client) -> None:
    person = member(attributes={"country": "Germany"})
    buy(person, 3)
    assert "Nobody is scored yet" in text_of(browser, "segments.list")
    post(browser, "segments.ready_made", slugs=["new-customers", "high-spenders"], countries=["Germany"])
    assert dict(Segment.objects.values_list("slug", "count")) == {
        "new-customers": 1,
        "high-spenders": 0,
        "country-germany": 1,
    }
    assert "Not scored yet" in text_of(browser, "segments.member_scores", person)
    post(browser, "segments.refresh_scores")
    panel = text_of(browser, "segments.member_scores", person)
    assert "3 days, score 5" in panel
    assert "New" in panel
    assert "country-germany" not in panel
    assert "Germany" in panel
    text_of(browser, "segments.member_scores", UUID(int=5))


def definitions(**changes: object) -> dict[str, Any]:
    fields: dict[str, Any] = {"window_days": "365", "bins": "5"}
    for number, row in enumerate(DEFAULT_STAGES, start=1):
        fields[f"order_{row['stage']}"] = number
        fields[f"rule_{row['stage']}"] = json.dumps(row.get("rule", BUYERS))
    return fields | changes


def test_definitions_are_previewed_and_changed(browser: Client) -> None:
    buy(member(), 3)
    refresh_scores(**command())
    page = text_of(browser, "segments.definitions")
    assert page.count("data-rule-builder") >= len(STAGES)
    assert "100.0%" in post(browser, "segments.preview_stages", **definitions()).content.decode()
    wrong = definitions(rule_new='{"lifecycle": ["new"]}')
    assert "cannot be defined" in post(browser, "segments.preview_stages", **wrong).content.decode()
    assert (
        "is not JSON"
        in post(browser, "segments.preview_stages", **definitions(rule_new="{")).content.decode()
    )
    assert "q-note-bad" in post(browser, "segments.preview_stages", **definitions(bins="99")).content.decode()
    assert post(browser, "segments.definitions", **wrong).status_code == 200
    assert not Definitions.objects.exists()
    # The stage that is asked last takes the rest, whatever its rule says.
    saved = post(browser, "segments.definitions", **definitions(order_active="1", window_days=""))
    assert saved.status_code == 302
    newest = Definitions.objects.get()
    assert newest.window_days is None
    assert newest.stages[0]["stage"] == "potential"
    assert newest.stages[-1] == {"stage": "loyal"}
    assert "operator" in text_of(browser, "segments.definitions")


def test_who_may_not_change_still_sees(browser: Client) -> None:
    segment_id = make_segment(BUYERS)
    refresh_segment(**command(), segment_id=segment_id)
    service = make_browser(Role.CUSTOMER_SERVICE)
    assert service.get(reverse("segments.list")).status_code == 403


def test_rules_read_as_sentences() -> None:
    rule = json.loads(EXAMPLE)
    with translation.override("en"):
        sentence = describe_rule(rule, {"summer-buyers": "Summer"}, currency="CNY")
    assert sentence.startswith(
        "Country is Germany or France and “Order paid” at least 2 times (in the last 180 days)"
    )
    assert "¥500.00" in sentence
    assert "not: “" in sentence
    assert "(score: recency 4 or 5 or stage Loyal or tag “vip” or in segment “Summer”)" in sentence
    with translation.override("zh-hans"):
        chinese = describe_rule(rule, {}, currency="CNY")
    assert "，且" in chinese
    assert "最近 180 天内" in chinese


def test_every_kind_of_rule_has_words() -> None:
    page = Path(__file__).parents[4] / "docs" / "segment-rules.md"
    if not page.is_file():
        pytest.skip("the documentation is not part of this installation")
    import re

    for text in re.findall(r"`(\{[^`\n]+)`", page.read_text()):
        assert describe_rule(json.loads(text))
