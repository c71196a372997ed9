"""Members who became one are one person in a community: counted once, recognised, and gone when they leave."""

from datetime import timedelta
from typing import Any

import pytest

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.join_by_link import join_by_link
from qunying.communities.actions.leave_community import leave_community
from qunying.communities.models import Community, GroupMember, MatchDoubt
from qunying.communities.queries.get_community import count_people
from qunying.communities.queries.list_members_of import list_members_of
from qunying.communities.queries.list_overlaps import get_spread, list_members_in_many, list_members_in_none
from qunying.communities.roster_rows import RosterRow
from qunying.communities.service.battle_report import report_orders
from qunying.communities.tests.make import make_community, said, take_over, tell
from qunying.kernel.ids import new_id
from qunying.members.actions.merge_members import merge_members
from qunying.members.models import Member
from qunying.members.tests.make import NOW, anybody, make_member, sign_in
from qunying.shop.events import ORDER_PAID
from qunying.stream.record import NewEvent, record

pytestmark = pytest.mark.django_db


def do(verb: Any, **arguments: Any) -> Any:
    return verb(command_id=str(new_id()), actor=anybody(), now=NOW, **arguments)


def join(community: Community, member: Member) -> None:
    link = do(create_join_link, community_id=community.id, source="parcel")
    do(join_by_link, token=link.token, member_id=member.id)


def become_one(kept: Member, merged: Member) -> None:
    do(merge_members, kept_id=kept.id, merged_id=merged.id)


def test_who_is_in_is_not_let_in_again() -> None:
    kept, merged, community = make_member(), make_member(), make_community()
    join(community, merged)
    become_one(kept, merged)
    join(community, kept)
    assert count_people(community.id) == 1
    assert list_members_of([community.id]) == [kept.id]


def test_who_speaks_is_not_let_in_again() -> None:
    kept, community = make_member(identities=[("platform_user", "wecom:u1")]), make_community()
    merged = make_member()
    join(community, merged)
    become_one(kept, merged)
    tell(community, said("m1"))
    assert GroupMember.objects.filter(community=community, member__isnull=False).count() == 1


def test_a_roster_knows_them_and_asks_nobody() -> None:
    community, kept = make_community(), make_member()
    merged = make_member(identities=[("platform_user", "wecom:u1")])
    take_over(community, RosterRow(platform_user_id="u1"))
    become_one(kept, merged)
    assert take_over(community, RosterRow(platform_user_id="u1")).doubtful == 0
    assert not MatchDoubt.objects.exists()


def test_who_was_in_twice_leaves_once_and_sees_their_community(client: Any) -> None:
    kept, merged, community = make_member(), make_member(), make_community("Tea friends")
    join(community, merged)
    become_one(kept, merged)
    sign_in(client, kept)
    assert "Tea friends" in client.get("/m/communities/").content.decode()
    GroupMember.objects.create(
        community=community, member=kept, platform_user_id=f"member:{kept.id}", joined_at=NOW
    )
    do(leave_community, community_id=community.id, member_id=kept.id)
    assert count_people(community.id) == 0


def test_they_are_one_in_the_numbers() -> None:
    kept, merged, one, two = make_member(), make_member(), make_community(), make_community()
    join(one, merged)
    join(two, kept)
    become_one(kept, merged)
    spread = get_spread()
    assert (spread.in_none, spread.by_number) == (0, {2: 1})
    assert [row.member_id for row in list_members_in_many(least=2)] == [kept.id]
    GroupMember.objects.filter(member=kept).update(left_at=NOW)
    assert list_members_in_none() == []


def test_their_orders_are_in_the_battle_report() -> None:
    kept, merged, community = make_member(name="王小明"), make_member(name="王小明"), make_community()
    join(community, merged)
    become_one(kept, merged)
    record(
        NewEvent(
            type=ORDER_PAID,
            occurred_at=NOW,
            received_at=NOW,
            member_id=kept.id,
            quantity=2,
            properties={"number": "A1"},
        )
    )
    told = report_orders(community.id, NOW, NOW + timedelta(hours=1), "Asia/Shanghai")
    assert told is not None
    assert (told.orders, told.buyers) == (1, 1)
    assert "王**" in told.lines[0]
