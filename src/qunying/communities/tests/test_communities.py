"""A community in full: platform, states, rules, tags, roles, plan."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from qunying.accounts.tests.make import make_browser
from qunying.communities.actions.change_community import change_community
from qunying.communities.actions.change_state import change_state
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.actions.remove_drive import remove_drive
from qunying.communities.actions.save_drive import DriveNotFound, save_drive
from qunying.communities.actions.set_duties import set_duties
from qunying.communities.actions.set_target import set_target
from qunying.communities.models import Community, Platform
from qunying.communities.profile import CommunityFieldInvalid, CommunityProfile, GroupTaken
from qunying.communities.queries.get_plan import list_drives, list_targets
from qunying.communities.queries.list_duties import list_duties, list_permissions
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.stream.lake import memory_analysis
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db
ZONE = "Asia/Shanghai"


def context() -> dict[str, Any]:
    return {"command_id": str(new_id()), "actor": anybody(), "now": NOW}


def profile(**fields: Any) -> CommunityProfile:
    return CommunityProfile(
        **{"name": "Tea", "kind": "interest", "platform": "qq", "state": "active", **fields}
    )


def test_rules_are_kept_version_by_version() -> None:
    community = make_community(rules="Be kind")
    for rules in ("Be kind", "Be kind\nNo links", "Be kind\nNo links"):
        change_community(**context(), community_id=community.id, profile=profile(rules=rules))
    versions = community.rules_versions.order_by("version").values_list("version", "text")
    assert list(versions) == [(1, "Be kind"), (2, "Be kind\nNo links")]


def test_every_state_is_an_event_with_its_reason() -> None:
    community = make_community(state="forming")
    for hour, state in enumerate(["active", "active", "closed"]):
        at = {**context(), "now": NOW + timedelta(hours=hour)}
        change_state(**at, community_id=community.id, state=state, reason="season over")
    told = Event.objects.filter(name="community_state_changed").order_by("occurred_at")
    assert [event.properties["new"] for event in told] == ["active", "closed"]
    with pytest.raises(CommunityFieldInvalid):
        change_state(**context(), community_id=community.id, state="asleep")


def test_a_group_of_a_platform_is_one_community() -> None:
    make_community(platform="telegram", platform_group_id="-1001")
    make_community(platform="qq", platform_group_id="-1001")
    with pytest.raises(GroupTaken):
        make_community(platform="telegram", platform_group_id="-1001")


@pytest.mark.parametrize(
    "wrong",
    [
        {"platform": "carrier-pigeon"},
        {"planned_size": 0},
        {"capacity": 10**9},
        {"join_address": "javascript:alert(1)"},
        {"tags": tuple(str(number) for number in range(30))},
        {"kind": "club"},
    ],
)
def test_impossible_profiles_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(CommunityFieldInvalid):
        profile(**wrong).checked()


def test_a_platform_that_is_no_longer_offered_keeps_its_communities() -> None:
    community = make_community(platform="irc")
    Platform.objects.filter(pk="irc").update(is_offered=False)
    change_community(
        **context(), community_id=community.id, profile=profile(platform="irc", tags=("b", "a", "b"))
    )
    assert Community.objects.get(pk=community.pk).tags == ["a", "b"]
    with pytest.raises(CommunityFieldInvalid):
        make_community(platform="irc")


def test_roles_have_usual_duties_until_a_community_sets_its_own() -> None:
    community, ann = make_community(), make_member(email="ann@example.com")
    take_over(
        community,
        RosterRow(platform_user_id="w1", role="admin", identities={"email": "ann@example.com"}),
    )
    assert "see_roster" in list_permissions(ann.id, community.id)
    assert list_permissions(make_member().id, community.id) == frozenset()
    set_duties(
        **context(),
        community_id=community.id,
        role="admin",
        duties="Answers on Mondays",
        permissions=["speak"],
    )
    assert list_permissions(ann.id, community.id) == {"speak"}
    assert [duties.is_usual for duties in list_duties(community.id)] == [True, False, True]
    with pytest.raises(CommunityFieldInvalid):
        set_duties(**context(), community_id=community.id, role="admin", duties="", permissions=["fly"])


def test_targets_compare_themselves_with_what_happened() -> None:
    ann = make_member(email="ann@example.com")
    make_member(email="bob@example.com")
    community = make_community()
    joined = NOW - timedelta(days=3)
    for number, name in enumerate(["ann", "bob"]):
        take_over(
            community,
            RosterRow(
                platform_user_id=f"w{number}",
                joined_at=joined,
                identities={"email": f"{name}@example.com"},
            ),
        )
    today = NOW.date()
    period: dict[str, Any] = {"start": today - timedelta(days=9), "end": today + timedelta(days=20)}
    wanted: dict[str, Any] = {"people": 4, "joined": 2, "conversion_rate": Decimal("0.25"), "sales": 1000}
    for measure, value in wanted.items():
        set_target(**context(), community_id=community.id, measure=measure, value=Decimal(value), **period)
    bought = {
        "name": "order_paid",
        "member_id": ann.id,
        "occurred_at": NOW - timedelta(hours=2),
        "amount": 700,
    }
    with memory_analysis([bought]) as analysis:
        found = list_targets(analysis, community.id, today=today, zone=ZONE)
    shares = {row.target.measure: row.share for row in found}
    assert shares == {"people": 0.5, "joined": 1.0, "conversion_rate": 2.0, "sales": 0.7}
    set_target(**context(), community_id=community.id, measure="sales", value=None, **period)
    assert community.targets.count() == 3


@pytest.mark.parametrize(
    "wrong",
    [
        {"measure": "happiness"},
        {"value": Decimal("1.5"), "measure": "activity_rate"},
        {"value": Decimal(-1)},
        {"end": date(2025, 1, 1)},
    ],
)
def test_targets_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    good: dict[str, Any] = {
        "measure": "people",
        "start": date(2026, 1, 1),
        "end": date(2026, 1, 31),
        "value": Decimal(10),
    }
    with pytest.raises(CommunityFieldInvalid):
        set_target(**context(), community_id=make_community().id, **{**good, **wrong})


def test_drives_count_whom_their_source_brought_and_what_each_cost() -> None:
    community = make_community()
    days: dict[str, Any] = {"start": date(2026, 2, 25), "end": date(2026, 3, 1)}
    saved = save_drive(
        **context(), community_id=community.id, source="live", target=10, cost_minor=900, **days
    )
    # 16:30 UTC is the next day in Shanghai: the third one comes too late.
    for number, joined in enumerate([NOW - timedelta(days=2), NOW, NOW + timedelta(hours=12.5)]):
        take_over(
            community,
            RosterRow(platform_user_id=f"w{number}", source="live", joined_at=joined),
            now=NOW + timedelta(days=1),
        )
    take_over(community, RosterRow(platform_user_id="x", source="poster", joined_at=NOW))
    take_over(community, RosterRow(platform_user_id="w0", left_at=NOW))
    (result,) = list_drives(community.id, zone=ZONE)
    assert (result.joined, result.stayed, result.cost_each_minor) == (2, 1, 450)
    save_drive(
        **context(),
        community_id=community.id,
        drive_id=saved.drive_id,
        source="live",
        target=5,
        cost_minor=0,
        **days,
    )
    assert community.drives.get().target == 5
    with pytest.raises(DriveNotFound):
        remove_drive(**context(), community_id=make_community().id, drive_id=saved.drive_id)
    remove_drive(**context(), community_id=community.id, drive_id=saved.drive_id)
    assert not community.drives.exists()


def test_the_database_keeps_days_in_order_by_itself() -> None:
    community = make_community()
    with pytest.raises(IntegrityError), transaction.atomic():
        community.targets.create(measure="people", start=date(2026, 2, 1), end=date(2026, 1, 1), value=1)


def test_console_plan_page() -> None:
    community, browser = make_community("Tea"), make_browser()
    address = f"/console/communities/{community.id}/plan/"
    period = {"start": "2026-01-01", "end": "2026-12-31"}
    browser.post(f"{address}targets/", {"measure": "activity_rate", "value": "40", **period})
    assert community.targets.get().value == Decimal("0.4")
    browser.post(f"{address}drives/", {"source": "poster", "target": 50, "cost": "12.50", **period})
    assert community.drives.get().cost_minor == 1250
    browser.post(
        f"{address}duties/owner/",
        {"owner-role": "owner", "owner-duties": "Decides", "owner-permissions": ["speak"]},
    )
    page = browser.get(address).content.decode()
    for text in ("40", "poster", "Decides"):
        assert text in page
    assert browser.get(f"{address}?format=csv").status_code == 200
    browser.post(f"/console/communities/{community.id}/state/", {"state": "quiet", "reason": "summer"})
    assert Community.objects.get(pk=community.pk).state == "quiet"
