"""Live codes: the next group with room, never more people than places, one place per person."""

from functools import partial

import pytest
from django.test import Client

from qunying.accounts.roles import Role
from qunying.accounts.tests.make import make_browser, make_staff
from qunying.communities.actions.change_live_code import change_live_code
from qunying.communities.actions.change_state import change_state
from qunying.communities.actions.close_live_code import close_live_code
from qunying.communities.actions.create_live_code import (
    LiveCodeInvalid,
    LiveCodeNameTaken,
    create_live_code,
)
from qunying.communities.actions.join_by_live_code import LiveCodeFull, join_by_live_code
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.actions.restrict_member import restrict_member
from qunying.communities.models import GroupMember
from qunying.communities.queries.find_restriction import MemberRestricted
from qunying.communities.queries.list_live_codes import LiveCodeNotFound, list_routes
from qunying.communities.tests.make import make_community, race
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.stream.models import Event

pytestmark = pytest.mark.django_db


def code_of(*communities, name="", guide_id=None):
    return create_live_code(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        name=name or str(new_id()),
        source="live room",
        community_ids=[community.id for community in communities],
        guide_id=guide_id,
    )


def scan(code, member):
    return join_by_live_code(
        command_id=str(new_id()), actor=anybody(), now=NOW, token=code.token, member_id=member.id
    )


def test_people_fill_the_groups_one_after_the_other() -> None:
    first, second = make_community(capacity=2), make_community(capacity=1)
    guide = make_staff(Role.OPERATOR)
    code = code_of(first, second, guide_id=guide.id)
    places = [scan(code, make_member()).community_id for _number in range(3)]
    assert places == [first.id, first.id, second.id]
    assert [route.room for route in list_routes(code.live_code_id)] == [0, 0]
    with pytest.raises(LiveCodeFull):
        scan(code, make_member())
    joined = Event.objects.filter(name="community_joined", community_id=second.id).get()
    assert joined.properties["source"] == "live room"
    assert joined.properties["invited_by"] == guide.name


def test_who_is_in_one_of_the_groups_stays_there() -> None:
    first, second = make_community(capacity=1), make_community()
    code, ann = code_of(first, second), make_member()
    assert scan(code, ann).already is False
    again = scan(code, ann)
    assert (again.community_id, again.already) == (first.id, True)
    assert GroupMember.objects.count() == 1


def test_a_place_that_somebody_left_is_given_again() -> None:
    first, second = make_community(capacity=1), make_community()
    code, ann = code_of(first, second), make_member()
    scan(code, ann)
    leave_community(command_id="l", actor=anybody(), now=NOW, community_id=first.id, member_id=ann.id)
    assert scan(code, make_member()).community_id == first.id


def test_closed_groups_are_passed_by_and_the_printed_code_stays() -> None:
    first, second = make_community(), make_community()
    code = code_of(first)
    change_state(command_id="s", actor=anybody(), now=NOW, community_id=first.id, state="closed")
    with pytest.raises(LiveCodeFull):
        scan(code, make_member())
    change_live_code(
        command_id="c", actor=anybody(), now=NOW, live_code_id=code.live_code_id, community_ids=[second.id]
    )
    assert scan(code, make_member()).community_id == second.id
    close_live_code(command_id="e", actor=anybody(), now=NOW, live_code_id=code.live_code_id)
    with pytest.raises(LiveCodeNotFound):
        scan(code, make_member())


def test_who_is_kept_out_of_a_group_is_led_to_another_or_refused() -> None:
    first, second, ann = make_community(), make_community(), make_member()
    code = code_of(first, second)
    for number, place in enumerate([first.id, None]):
        restrict_member(
            command_id=str(new_id()),
            actor=anybody(),
            now=NOW,
            member_id=ann.id,
            community_id=place,
            kind="ban",
            until=None,
            reference=f"case {number}",
        )
        if place is not None:
            assert scan(code, ann).community_id == second.id
            leave_community(
                command_id=str(new_id()), actor=anybody(), now=NOW, community_id=second.id, member_id=ann.id
            )
    with pytest.raises(MemberRestricted):
        scan(code, ann)


def test_a_code_leads_somewhere_open_and_has_a_name_of_its_own() -> None:
    community, closed = make_community(), make_community(state="closed")
    code_of(community, name="poster")
    with pytest.raises(LiveCodeNameTaken):
        code_of(community, name="poster")
    for wrong in ([], [community, community], [closed]):
        with pytest.raises(LiveCodeInvalid):
            code_of(*wrong)
    with pytest.raises(LiveCodeInvalid):
        code_of(community, guide_id=new_id())


def scans_at_once(people: int, *capacities: int) -> tuple[list[str], list[int]]:
    """Let people scan one code at the same time; return what they were told, and the people in each group."""
    communities = [make_community(capacity=capacity) for capacity in capacities]
    code = code_of(*communities)
    members = [make_member() for _number in range(people)]
    told = race([partial(scan, code, member) for member in members])
    present = GroupMember.objects.filter(left_at=None)
    return told, [present.filter(community=community).count() for community in communities]


@pytest.mark.django_db(transaction=True)
def test_ten_scans_at_once_fill_the_places_and_no_more() -> None:
    told, people = scans_at_once(10, 3, 4)
    assert people == [3, 4]
    assert sorted(told) == ["LiveCodeFull"] * 3 + ["done"] * 7


@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_same_race_overfills(monkeypatch: pytest.MonkeyPatch) -> None:
    """The twin: with the guard off, everybody finds the same last place."""
    monkeypatch.setenv("QUNYING_FAILPOINTS", "communities.capacity=off;communities.room_found=sleep:0.5")
    _told, people = scans_at_once(6, 1)
    assert people[0] > 1


@pytest.mark.django_db(transaction=True)
def test_one_person_scanning_twice_at_once_gets_one_place() -> None:
    communities = [make_community(capacity=1), make_community()]
    code, ann = code_of(*communities), make_member()
    assert race([lambda: scan(code, ann)] * 4) == ["done"] * 4
    assert GroupMember.objects.filter(member=ann, left_at=None).count() == 1


def test_the_member_page_joins_by_code_and_shows_the_way_into_the_group() -> None:
    community = make_community(
        "Tea friends", join_address="https://work.weixin.qq.com/gm/abc", rules="Be kind"
    )
    code, member, browser = code_of(community), make_member(), Client()
    address = f"/m/join/{code.token}/"
    assert "Tea friends" in browser.get(address).content.decode()
    sign_in(browser, member)
    browser.get(address)
    assert not GroupMember.objects.exists()
    page = browser.post(address, follow=True).content.decode()
    assert "https://work.weixin.qq.com/gm/abc" in page
    assert "Be kind" in page
    browser.post(f"/m/communities/{community.id}/leave/")
    assert not GroupMember.objects.filter(left_at=None).exists()


def test_console_makes_changes_and_closes_a_code() -> None:
    first, second, browser = make_community("One"), make_community("Two"), make_browser()
    form = {"name": "Poster", "source": "poster", "communities": [str(first.id)]}
    page = browser.post("/console/communities/live-codes/new/", form, follow=True).content.decode()
    assert "Poster" in page
    assert "data:image/svg+xml" in page
    from qunying.communities.models import LiveCode

    code = LiveCode.objects.get()
    browser.post(f"/console/communities/live-codes/{code.id}/", {"communities": [str(second.id)]})
    assert [route.name for route in list_routes(code.id)] == ["Two"]
    browser.post(f"/console/communities/live-codes/{code.id}/close/")
    assert "No live code yet" in browser.get("/console/communities/live-codes/").content.decode()
