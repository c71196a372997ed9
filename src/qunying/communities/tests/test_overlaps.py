"""Overlap of communities: against plain sets."""

import random
from itertools import combinations

import pytest

from qunying.accounts.tests.make import make_browser
from qunying.communities.models import GroupMember
from qunying.communities.queries.list_overlaps import (
    get_spread,
    list_members_in_many,
    list_members_in_none,
    list_overlaps,
)
from qunying.communities.tests.make import make_community
from qunying.kernel.ids import new_id
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import NOW, anybody, make_member

pytestmark = pytest.mark.django_db


def fill(seed: int) -> dict[object, set[object]]:
    """Put members into communities at random, some of whom have left, and return who is where."""
    chance = random.Random(seed)
    members = [make_member() for _number in range(12)]
    places: dict[object, set[object]] = {}
    for _number in range(4):
        community = make_community()
        inside = set(chance.sample(members, chance.randint(0, 9)))
        places[community.id] = {member.id for member in inside}
        for member in members:
            gone = None if member in inside else NOW
            GroupMember.objects.create(
                community=community,
                member=member,
                platform_user_id=str(member.id),
                joined_at=NOW,
                left_at=gone,
            )
        GroupMember.objects.create(community=community, platform_user_id="unknown", joined_at=NOW)
    return places


@pytest.mark.parametrize("seed", range(3))
def test_pairs_and_spread_are_those_of_plain_sets(seed: int) -> None:
    places = fill(seed)
    expected = {
        frozenset(pair): len(places[pair[0]] & places[pair[1]])
        for pair in combinations(places, 2)
        if places[pair[0]] & places[pair[1]]
    }
    assert {frozenset((one.first, one.second)): one.members for one in list_overlaps()} == expected
    numbers = {
        member: sum(member in inside for inside in places.values())
        for member in set().union(*places.values())
    }
    spread = get_spread()
    assert spread.members == 12
    assert spread.in_none == 12 - len(numbers)
    assert spread.in_at_least(3) == sum(number >= 3 for number in numbers.values())
    assert {one.member_id: one.communities for one in list_members_in_many(least=2)} == {
        member: number for member, number in numbers.items() if number >= 2
    }
    assert len(list_members_in_none()) == spread.in_none


def test_merged_members_are_nobody_to_look_for() -> None:
    kept, merged = make_member(), make_member()
    merge_members(command_id=str(new_id()), actor=anybody(), now=NOW, kept_id=kept.id, merged_id=merged.id)
    assert [one.member_id for one in list_members_in_none()] == [kept.id]
    assert get_spread().members == 1


def test_the_page_shows_the_matrix() -> None:
    fill(1)
    browser = make_browser()
    page = browser.get("/console/communities/overlaps/?too_many=3").content.decode()
    assert "Members in both" in page
    assert browser.get("/console/communities/overlaps/?too_many=x&format=csv").status_code == 200
