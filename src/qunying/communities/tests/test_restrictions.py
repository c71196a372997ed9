"""Restrictions: they end by themselves, follow the person through leaving, rejoining and merging, and can be undone whole."""

from datetime import timedelta
from uuid import uuid4

import pytest

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.actions.lift_restriction import lift_restriction
from qunying.communities.actions.restrict_member import (
    RestrictionInThePast,
    RestrictionInvalid,
    RestrictionReferenceUsed,
    restrict_member,
)
from qunying.communities.models import GroupMember
from qunying.communities.queries.find_restriction import (
    MemberRestricted,
    find_restriction,
    list_restricted,
    require_unrestricted,
)
from qunying.communities.queries.get_community import CommunityNotFound
from qunying.communities.queries.list_members_of import list_members_of
from qunying.communities.tests.make import make_community
from qunying.kernel.ids import new_id
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.erase_member import erase_member
from qunying.members.actions.merge_members import merge_members
from qunying.members.actions.undo_merge import undo_merge
from qunying.members.queries.get_member import MemberNotFound
from qunying.members.tests.make import NOW, anybody, make_member

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def do(verb, now=NOW, **arguments):
    return verb(command_id=str(new_id()), actor=anybody(), now=now, **arguments)


def restrict(member_id, community_id=None, kind="mute", until=NOW + DAY, reference="", now=NOW, **more):
    reference = reference or f"test:{new_id()}"
    do(
        restrict_member,
        now=now,
        member_id=member_id,
        community_id=community_id,
        kind=kind,
        until=until,
        reference=reference,
        **more,
    )
    return reference


def join(community, member):
    link = do(create_join_link, community_id=community.id, source="parcel")
    return do(join_by_link, token=link.token, member_id=member.id)


def test_a_mute_ends_by_itself_at_its_very_instant():
    member, community = make_member(), make_community()
    restrict(member.id, community.id)
    assert find_restriction(member.id, community.id, NOW + DAY - timedelta(microseconds=1)) is not None
    assert find_restriction(member.id, community.id, NOW + DAY) is None
    assert find_restriction(member.id, None, NOW) is None
    assert find_restriction(member.id, make_community().id, NOW) is None
    assert find_restriction(make_member().id, community.id, NOW) is None


def kind_now(member_id, community_id):
    found = find_restriction(member_id, community_id, NOW)
    return found.kind if found else None


def test_everywhere_is_here_too_and_a_ban_outweighs_a_mute():
    member, community = make_member(), make_community()
    restrict(member.id, until=None)
    assert kind_now(member.id, community.id) == "mute"
    restrict(member.id, community.id, kind="ban")
    assert kind_now(member.id, community.id) == "ban"
    restrict(member.id, community.id, until=NOW + 3 * DAY)
    everywhere = find_restriction(member.id, None, NOW)
    assert everywhere is not None
    assert everywhere.until is None


def test_a_mute_survives_leaving_and_rejoining():
    member, community = make_member(), make_community()
    join(community, member)
    restrict(member.id, community.id)
    do(leave_community, community_id=community.id, member_id=member.id)
    join(community, member)
    with pytest.raises(MemberRestricted):
        require_unrestricted(member.id, community.id, NOW)


def test_a_ban_ends_the_stay_and_keeps_out_until_it_is_lifted():
    member, community, elsewhere = make_member(), make_community(), make_community()
    join(community, member)
    join(elsewhere, member)
    reference = restrict(member.id, community.id, kind="ban", until=None)
    assert list_members_of([community.id]) == []
    assert list_members_of([elsewhere.id]) == [member.id]
    with pytest.raises(MemberRestricted):
        join(community, member)
    before = list(GroupMember.objects.order_by("pk").values())
    assert do(lift_restriction, reference=reference) is True
    assert list_members_of([community.id]) == [member.id]
    assert len(before) == GroupMember.objects.count(), "the very stay goes on"
    assert do(lift_restriction, reference=reference) is False


def test_lifting_does_not_bring_back_who_left_before_or_is_in_again():
    member, community = make_member(), make_community()
    join(community, member)
    do(leave_community, community_id=community.id, member_id=member.id, now=NOW - DAY)
    reference = restrict(member.id, kind="ban", until=NOW + DAY)
    do(lift_restriction, reference=reference)
    assert list_members_of([community.id]) == []
    join(community, member)
    reference = restrict(member.id, kind="ban", until=NOW + DAY)
    later = NOW + 2 * DAY
    link = do(create_join_link, community_id=community.id, source="parcel")
    do(join_by_link, now=later, token=link.token, member_id=member.id)
    do(lift_restriction, now=later, reference=reference)
    assert GroupMember.objects.filter(left_at=None).count() == 1


@pytest.mark.parametrize("everywhere_first", [True, False])
def test_of_two_bans_the_last_that_is_lifted_brings_back(everywhere_first):
    member, community = make_member(), make_community()
    join(community, member)
    places = [None, community.id] if everywhere_first else [community.id, None]
    first, second = (
        restrict(member.id, place, kind="ban", until=None, now=NOW + number * DAY)
        for number, place in enumerate(places)
    )
    do(lift_restriction, reference=first, now=NOW + 2 * DAY)
    assert list_members_of([community.id]) == [], "the other ban holds"
    do(lift_restriction, reference=second, now=NOW + 3 * DAY)
    assert list_members_of([community.id]) == [member.id]


def test_nobody_who_was_erased_is_brought_back():
    member, community = make_member(), make_community()
    join(community, member)
    reference = restrict(member.id, community.id, kind="ban", until=None)
    do(ask_about_data, member_id=member.id, kind="erasure", text="Please")
    do(erase_member, member_id=member.id)
    assert do(lift_restriction, reference=reference) is True
    assert GroupMember.objects.filter(left_at=None).count() == 0


@pytest.mark.parametrize("merged_first", [True, False])
def test_a_restriction_follows_merging_and_its_undoing(merged_first):
    offender, other = make_member(), make_member()
    if not merged_first:
        restrict(offender.id)
    merge = do(merge_members, kept_id=other.id, merged_id=offender.id)
    if merged_first:
        restrict(offender.id)  # what was said under the old id, judged later
    assert find_restriction(other.id, None, NOW) is not None
    assert find_restriction(offender.id, None, NOW) is not None
    assert list_restricted([other.id], NOW, takes="speaking") == {other.id}
    do(undo_merge, merge_id=merge.merge_id)
    assert find_restriction(offender.id, None, NOW) is not None
    assert find_restriction(other.id, None, NOW) is None


def test_what_it_takes_is_stated():
    member = make_member()
    reference = restrict(member.id, takes=["activities", "rank"])
    for taken in ("speaking", "activities", "rank"):
        assert find_restriction(member.id, None, NOW, takes=taken) is not None
    assert find_restriction(member.id, None, NOW, takes="joining") is None
    do(lift_restriction, reference=reference)
    assert find_restriction(member.id, None, NOW) is None


def test_bad_requests_change_nothing():
    member, reference = make_member(), "penalty:1"
    with pytest.raises(RestrictionInThePast):
        restrict(member.id, until=NOW)
    with pytest.raises(RestrictionInvalid):
        restrict(member.id, kind="hang")
    with pytest.raises(RestrictionInvalid):
        restrict(member.id, takes=["breathing"])
    with pytest.raises(CommunityNotFound):
        restrict(member.id, uuid4())
    with pytest.raises(MemberNotFound):
        restrict(uuid4())
    assert find_restriction(member.id, None, NOW) is None
    restrict(member.id, reference=reference)
    with pytest.raises(RestrictionReferenceUsed):
        restrict(member.id, reference=reference)
