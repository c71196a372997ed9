"""The registry of platforms, the comparison for a segment, the layout of the brand."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.utils.translation import override

from qunying.accounts.tests.make import make_browser
from qunying.communities.actions.change_platform import PlatformProfile, change_platform
from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.drop_platform import PlatformChoiceNotFound, drop_platform
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.models import Platform, PlatformChoice
from qunying.communities.platforms import SHIPPED
from qunying.communities.profile import CommunityFieldInvalid
from qunying.communities.queries.compare_platforms import USUAL_WEIGHTS, compare_platforms
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel.ids import new_id
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.segments.actions.create_segment import create_segment
from qunying.segments.actions.set_static_members import set_static_members

pytestmark = pytest.mark.django_db


def context() -> dict[str, Any]:
    return {"command_id": str(new_id()), "actor": anybody(), "now": NOW}


def segment_of(members: list[Member]):
    made = create_segment(**context(), name=str(new_id()))
    set_static_members(**context(), segment_id=made.segment_id, entries=[str(one.id) for one in members])
    return made.segment_id


def compare(segment_id=None, **weights: float):
    return compare_platforms(segment_id=segment_id, weights={**USUAL_WEIGHTS, **weights}, as_of=NOW)


def test_every_shipped_platform_is_there_and_speaks_both_languages() -> None:
    assert set(Platform.objects.values_list("slug", flat=True)) == set(SHIPPED)
    wecom = Platform.objects.get(pk="wecom")
    with override("en"):
        english = wecom.label
    with override("zh-hans"):
        assert wecom.label != english


def test_staff_wording_wins_and_untouched_wording_keeps_following_the_language() -> None:
    wecom = Platform.objects.get(pk="wecom")
    with override("en"):
        untouched: dict[str, Any] = {name: wecom.worded(name) for name in ("name", "audience", "strengths")}
        profile = PlatformProfile(type="social", quotas="Ask Li", purposes=("gather",), **untouched)
        change_platform(**context(), slug="wecom", profile=profile)
    changed = Platform.objects.get(pk="wecom")
    assert (changed.name, changed.quotas) == ("", "Ask Li")


@pytest.mark.parametrize(
    ("slug", "fields"),
    [
        ("wecom", {"type": "pigeon"}),
        ("wecom", {"reach": 6}),
        ("wecom", {"abilities": ("fly",)}),
        ("wecom", {"age_from": 50, "age_until": 20}),
        ("new one", {"name": "New"}),
        ("new-one", {}),
    ],
)
def test_impossible_platforms_are_refused(slug: str, fields: dict[str, Any]) -> None:
    with pytest.raises(CommunityFieldInvalid):
        change_platform(**context(), slug=slug, profile=PlatformProfile(**{"type": "social", **fields}))


def test_the_audience_score_follows_what_is_known_of_the_segment() -> None:
    students = [make_member(attributes={"age": "20", "sex": "female"}) for _number in range(4)]
    parents = [
        make_member(attributes={"birth_year": str(datetime.now(UTC).year - 45)}) for _number in range(4)
    ]
    young = {row.platform.slug: row for row in compare(segment_of(students)).rows}
    older = {row.platform.slug: row for row in compare(segment_of(parents)).rows}
    assert young["qq"].scores["audience"] == 5
    assert older["qq"].scores["audience"] == 0
    assert young["qq"].fit.present is None
    assert older["wecom"].scores["audience"] == 5


def test_where_members_are_already_counts() -> None:
    members = [make_member(email=f"m{number}@example.com") for number in range(4)]
    community = make_community(platform="telegram")
    take_over(
        community,
        *(RosterRow(platform_user_id=f"t{n}", identities={"email": f"m{n}@example.com"}) for n in range(3)),
    )
    found = compare(segment_of(members))
    fits = {row.platform.slug: row.fit for row in found.rows}
    assert (fits["telegram"].present, fits["qq"].present) == (0.75, 0.0)
    assert found.people == 4


def test_the_layout_serves_every_purpose_and_says_why() -> None:
    found = compare()
    assert [placement.purpose for placement in found.layout] == list(Platform.Purpose.values)
    for placement in found.layout:
        assert placement.because
        assert placement.purpose in Platform.objects.get(pk=placement.key).purposes
    cheap = compare(cost=10, audience=0, reach=0, interaction=0, automation=0).layout[0]
    assert Platform.objects.get(pk=cheap.key).cost == 1
    Platform.objects.update(is_offered=False)
    assert compare().rows == []


def test_a_choice_is_made_changed_and_dropped() -> None:
    first = choose_platform(**context(), platform="wecom", purpose="gather", topics="tea")
    again = choose_platform(**context(), platform="wecom", purpose="gather", topics="coffee")
    assert first == again
    assert PlatformChoice.objects.get().topics == "coffee"
    with pytest.raises(CommunityFieldInvalid):
        choose_platform(**context(), platform="pigeon", purpose="gather")
    drop_platform(**context(), choice_id=first.choice_id)
    with pytest.raises(PlatformChoiceNotFound):
        drop_platform(**context(), choice_id=first.choice_id)


def test_console_pages() -> None:
    browser, segment_id = make_browser(), segment_of([make_member()])
    assert "WeCom group" in browser.get("/console/communities/platforms/").content.decode()
    edited = browser.get("/console/communities/platforms/wecom/")
    form = {name: value for name, value in edited.context["form"].initial.items() if value is not None}
    browser.post("/console/communities/platforms/wecom/", {**form, "reach": 1, "is_offered": "on"})
    assert Platform.objects.get(pk="wecom").reach == 1
    page = browser.get(f"/console/communities/layout/?segment={segment_id}&audience=1&reach=0&cost=x")
    assert "Recommended layout" in page.content.decode()
    assert browser.get("/console/communities/layout/?format=csv")["Content-Type"].startswith("text/csv")
    browser.post("/console/communities/layout/choices/", {"platform": "qq", "purpose": "gather"})
    assert PlatformChoice.objects.get().platform_id == "qq"
    assert browser.get("/console/communities/platforms/none/").status_code == 404


def test_whom_a_platform_reaches_is_typed_with_commas() -> None:
    """A city tier is a number: neither that nor a word is taken for something else."""
    numbers = {"reach": 1, "interaction": 1, "cost": 1, "age_from": 18, "age_until": 40}
    words = {"type": Platform.Type.values[0], "slug": "weishi", "name": "Weishi", "audience": "all"}
    typed = {**numbers, **words, "strengths": "short", "core_sexes": "女，male", "core_city_tiers": "2"}
    browser = make_browser()
    assert browser.post("/console/communities/platforms/new/", typed).status_code == 302
    made = Platform.objects.get(pk="weishi")
    assert (made.core_sexes, made.core_city_tiers) == (["女", "male"], ["2"])
    too_long = {**typed, "core_city_tiers": "x" * 30}
    assert browser.post("/console/communities/platforms/weishi/", too_long).status_code == 200
