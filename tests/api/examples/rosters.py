"""Requests about who is in communities, and the ways in."""

from uuid import UUID

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.create_live_code import LiveCodeCreated, create_live_code
from qunying.communities.actions.create_roster_feed import create_roster_feed
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.models import MatchDoubt
from qunying.communities.tests.make import make_community, take_over
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from tests.api.examples import Example, example


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


def live_code(*communities: UUID) -> LiveCodeCreated:
    return create_live_code(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        name=str(new_id()),
        source="poster",
        community_ids=list(communities) or [make_community().id],
    )


@example("communities.join_by_live_code")
def join_by_live_code() -> Example:
    token, first, second = live_code().token, make_member(), make_member()
    return Example(
        body={"token": token, "member_id": str(first.id)}, other={"token": token, "member_id": str(second.id)}
    )


@example("communities.list_live_codes")
def list_live_codes() -> Example:
    live_code()
    return Example()


@example("communities.create_live_code")
def make_live_code() -> Example:
    body = {"name": "Poster", "source": "poster", "community_ids": [str(make_community().id)]}
    return Example(body=body, other={**body, "name": "Leaflet"})


@example("communities.change_live_code")
def change_live_code() -> Example:
    first, second = make_community(), make_community()
    return Example(
        {"live_code_id": live_code(first.id).live_code_id},
        body={"community_ids": [str(second.id)]},
        other={"community_ids": [str(first.id), str(second.id)]},
    )


@example("communities.close_live_code")
def close_live_code() -> Example:
    return Example({"live_code_id": live_code().live_code_id})


@example("communities.list_roster_feeds")
def list_feeds() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.create_roster_feed")
def create_feed() -> Example:
    return Example({"community_id": make_community().id}, body={"name": "bridge"}, other={"name": "other"})


@example("communities.close_roster_feed")
def close_feed() -> Example:
    made = create_roster_feed(
        command_id=str(new_id()), actor=anybody(), now=NOW, community_id=make_community().id, name="bridge"
    )
    return Example({"feed_id": made.feed_id})


def doubt() -> MatchDoubt:
    make_member(name="Lin Xiao")
    take_over(make_community(), RosterRow(platform_user_id="u1", nickname="Lin Xiao"))
    return MatchDoubt.objects.get()


@example("communities.list_doubts")
def list_doubts() -> Example:
    doubt()
    return Example(query={"limit": 10})


@example("communities.decide_match")
def decide_match() -> Example:
    return Example({"doubt_id": doubt().pk}, body={"decision": "accepted"}, other={"decision": "rejected"})


@example("communities.change_role")
def change_role() -> Example:
    community = make_community()
    take_over(community, RosterRow(platform_user_id="u1", joined_at=NOW))
    path = {"group_member_id": community.group_members.get().pk}
    return Example(path, body={"role": "admin"}, other={"role": "owner"})


@example("communities.list_join_links")
def list_join_links() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.close_join_link")
def close_join_link() -> Example:
    made = create_join_link(
        command_id=str(new_id()), actor=anybody(), now=NOW, community_id=make_community().id, source="poster"
    )
    return Example({"link_id": made.link_id})
