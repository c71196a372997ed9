"""The console's content pages: they open empty and full, and their forms do what they say."""

import io
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser
from qunying.communities.tests.make import make_community
from qunying.content.due import publish_what_is_due
from qunying.content.models import CadenceRule, ContentItem, Material, Placement, Submission
from qunying.content.pictures import reencoded
from qunying.content.tests.make import (
    make_item,
    make_material,
    make_published,
    make_scheduled,
    make_submission,
    picture_bytes,
    place,
    reload,
    write,
)
from qunying.kernel import clock
from qunying.kernel.ids import new_id

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("home")]
LISTS = ["calendar", "items", "submissions", "comments", "materials", "effects", "cadence"]


@pytest.fixture
def browser():
    return make_browser(Role.OPERATOR)


def sent(browser, name, /, *arguments, **fields):
    return browser.post(reverse(f"content.{name}", args=arguments), {"command_id": str(new_id()), **fields})


@pytest.mark.parametrize("name", LISTS)
def test_lists_open_empty_and_full(browser, name):
    assert browser.get(reverse(f"content.{name}")).status_code == 200
    make_published()
    make_submission()
    make_material()
    make_community()
    response = browser.get(reverse(f"content.{name}"))
    assert response.status_code == 200
    assert b"None" not in response.content.split(b'class="q-page"')[1]


def test_from_idea_to_review_by_forms(browser):
    response = sent(
        browser,
        "new_item",
        title="Spring tea",
        kind="article",
        goal="convert",
        topic_kind="festival",
        category="activity",
        horizon="short",
    )
    item = ContentItem.objects.get()
    assert response["Location"] == reverse("content.item", args=[item.pk])
    material = make_material()
    sent(
        browser,
        "variant",
        item.pk,
        "member_web",
        title="Spring",
        body="# Hi <script>alert(1)</script>",
        link="https://shop.example/",
        pictures=[str(material.pk)],
    )
    preview = browser.get(reverse("content.variant", args=[item.pk, "member_web"])).content.decode()
    assert "<script>alert" not in preview
    assert f"/console/content/pictures/{material.picture_id}/" in preview
    sent(browser, "plan_placement", item.pk, where="member_web", at="2090-05-01T10:00")
    assert item.placements.get().planned_at.isoformat() == "2090-05-01T02:00:00+00:00"
    sent(browser, "submit_item", item.pk)
    assert reload(item).state == "review"
    checks = {"claims_true": "on", "rights_clear": "on", "title_fits": "on"}
    sent(browser, "approve_item", item.pk, **checks)
    assert reload(item).state == "review", "nobody judges their own work"
    assert browser.get(reverse("content.item", args=[item.pk])).status_code == 200
    sent(make_browser(Role.MANAGER), "approve_item", item.pk, **checks)
    assert reload(item).state == "scheduled"


def test_the_calendar_moves_and_warns(browser):
    community = make_community()
    for title in ("One", "Two"):
        item = make_item(title)
        write(item, "wecom", title="", body="The very same words, twice over")
        place(
            item,
            community=community,
            at=clock.day_start(clock.local_day(clock.now(), "Asia/Shanghai"), "Asia/Shanghai")
            + timedelta(days=1, hours=9),
        )
    page = browser.get(
        reverse("content.calendar"),
        {"view": "week", "day": (clock.now() + timedelta(days=1, hours=8)).date().isoformat()},
    )
    kinds = {warning.kind for warning in page.context["warnings"]}
    assert {"same_hour", "duplicate"} <= kinds
    placement = Placement.objects.latest("planned_at")
    response = sent(
        browser, "move_placement", placement=str(placement.pk), at="2090-05-02T21:30", view="week"
    )
    assert "2090-05-02" in response["Location"]
    placement.refresh_from_db()
    assert placement.planned_at.isoformat() == "2090-05-02T13:30:00+00:00"
    for nonsense in (
        {"placement": "x", "at": "2090-05-02T21:30"},
        {"placement": str(placement.pk), "at": "soon"},
    ):
        sent(browser, "move_placement", **nonsense)
    assert (
        browser.get(reverse("content.calendar"), {"day": "9999-99-99", "community": "x"}).status_code == 200
    )


def test_cadence_rules(browser):
    community = make_community()
    numbers = {
        "most_per_day": 1,
        "most_per_week": 3,
        "least_per_week": 1,
        "hours_between": 6,
        "duplicate_days": 9,
    }
    sent(browser, "set_cadence", community="", **numbers)
    prefix = str(community.pk)[:8]
    own = {f"{prefix}-{name}": value for name, value in numbers.items()}
    sent(browser, "set_cadence", community=str(community.pk), **own)
    assert CadenceRule.objects.count() == 2
    sent(browser, "set_cadence", community=str(community.pk), **{**own, f"{prefix}-most_per_day": -1})
    assert CadenceRule.objects.get(community=community).most_per_day == 1
    sent(browser, "set_cadence", community=str(community.pk), drop="1")
    assert CadenceRule.objects.get().community is None


def test_a_picture_comes_into_the_library_as_our_own(browser):
    file = SimpleUploadedFile("../../evil.png", picture_bytes("PNG"), "image/svg+xml")
    fields = {"name": "Garden", "kind": "picture", "rights": "own", "tags": "tea，green"}
    sent(browser, "add_material", file=file, **fields)
    material = Material.objects.get()
    assert material.tags == ["green", "tea"]
    response = browser.get(reverse("content.picture", args=[material.picture_id]))
    assert response["Content-Type"] == "image/webp"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert reencoded(response.content)[1:] == (60, 40)
    bad = SimpleUploadedFile("x.png", b"<svg onload=alert(1)>", "image/png")
    sent(browser, "add_material", file=bad, **fields)
    assert Material.objects.count() == 1
    changed = {
        **fields,
        "name": "Tea garden",
        "rights": "licensed",
        "rights_until": "2030-01-01",
        "retired": "on",
    }
    sent(browser, "material", material.pk, **changed)
    material.refresh_from_db()
    assert (material.name, material.retired_at is not None) == ("Tea garden", True)


def test_submissions_are_decided(browser):
    first, second = make_submission(), make_submission(title="<b>Second</b>")
    page = browser.get(reverse("content.submission", args=[second.pk])).content.decode()
    assert "<b>Second" not in page
    sent(browser, "accept_submission", first.pk, points="abc")
    assert Submission.objects.get(pk=first.pk).state == "received"
    sent(browser, "accept_submission", first.pk, points="50")
    statement = browser.get(f"/console/statements/{first.member_id}/?kind=points").content.decode()
    assert f'<a href="{reverse("content.submission", args=[first.pk])}">{first.title}</a>' in statement
    sent(browser, "keep_pictures", first.pk)
    assert Material.objects.get().rights == "member"
    sent(browser, "hide_submission", first.pk)
    sent(browser, "restore_submission", first.pk)
    sent(browser, "reject_submission", second.pk, reason="Blurred.")
    states = dict(Submission.objects.values_list("pk", "state"))
    assert states == {first.pk: "accepted", second.pk: "rejected"}


def test_due_items_go_out_and_their_effect_is_kept(browser):
    now = clock.now()
    placement = make_scheduled(at=now + timedelta(minutes=5))
    publish_what_is_due(now)
    assert reload(placement.item_id).state == "scheduled"
    Placement.objects.update(planned_at=now - timedelta(minutes=1))
    publish_what_is_due(now)
    assert reload(placement.item_id).state == "published"
    sent(browser, "measure_item", placement.item_id, lesson="Short works.")
    item = reload(placement.item_id)
    assert (item.state, item.measurements.get().figures["exposures"]) == ("measured", 0)
    assert "Short works." in browser.get(reverse("content.item", args=[item.pk])).content.decode()
    csv = browser.get(reverse("content.effects"), {"format": "csv"})
    assert csv["Content-Type"].startswith("text/csv")
    assert io.BytesIO(csv.content).read().count(b"\n") == 2
