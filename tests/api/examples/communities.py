"""Requests about communities."""

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from tests.api.examples import Example, example

PROFILE = {"name": "Tea friends", "kind": "customer", "platform": "wecom", "state": "active", "capacity": 200}


@example("communities.list_communities")
def list_communities() -> Example:
    make_community()
    return Example()


@example("communities.create_community")
def create_community() -> Example:
    return Example(body=PROFILE, other={**PROFILE, "name": "Coffee friends"})


@example("communities.get_community")
def get_community() -> Example:
    return Example(path={"community_id": make_community().id})


@example("communities.change_community")
def change_community() -> Example:
    path = {"community_id": make_community().id}
    return Example(path, body=PROFILE, other={**PROFILE, "capacity": 300})


@example("communities.list_group_members")
def list_group_members() -> Example:
    community = make_community()
    take_over(community, RosterRow(platform_user_id="u1", nickname="One", joined_at=NOW))
    return Example({"community_id": community.id}, query={"limit": 10})


@example("communities.import_roster")
def import_roster() -> Example:
    rows = [{"platform_user_id": "u1", "nickname": "One", "joined_at": "2026-01-31T18:00:00+08:00"}]
    path = {"community_id": make_community().id}
    return Example(path, body={"rows": rows}, other={"rows": rows, "is_complete": True})


@example("communities.create_join_link")
def join_link() -> Example:
    return Example(
        {"community_id": make_community().id}, body={"source": "poster"}, other={"source": "leaflet"}
    )


@example("communities.join_by_link")
def join_by_link() -> Example:
    made = create_join_link(
        command_id=str(new_id()), actor=anybody(), now=NOW, community_id=make_community().id, source="poster"
    )
    first, second = make_member(), make_member()
    return Example(
        body={"token": made.token, "member_id": str(first.id)},
        other={"token": made.token, "member_id": str(second.id)},
    )


@example("communities.leave_community")
def leave() -> Example:
    member, community = make_member(email="known@example.com"), make_community()
    take_over(
        community, RosterRow(platform_user_id="u9", joined_at=NOW, identities={"email": "known@example.com"})
    )
    return Example(
        {"community_id": community.id},
        body={"member_id": str(member.id)},
        other={"member_id": str(make_member().id)},
    )


@example("communities.summarise_community")
def summarise() -> Example:
    return Example({"community_id": make_community().id}, query={"start": "2026-01-01", "end": "2026-01-31"})
