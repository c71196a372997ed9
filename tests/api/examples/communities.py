"""Requests about communities."""

from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.tests.make import make_community, said, take_over, tell
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


SAID = {
    "platform_message_id": "m1",
    "sent_at": "2026-01-31T18:00:00+08:00",
    "author_id": "u1",
    "text": "Hello",
}
NOTICE = {
    "kind": "offer",
    "title": "Offer",
    "text": "Look",
    "rhythm": "daily",
    "at": "10:00",
    "first_day": "2026-01-01",
}
REPLY = {"name": "Delivery", "pattern": "delivery*when", "answer": "In two days."}


@example("communities.receive_messages")
def receive_messages() -> Example:
    path = {"community_id": make_community().id}
    return Example(path, body={"messages": [SAID]}, other={"messages": [{**SAID, "text": "Bye"}]})


@example("communities.list_messages")
def list_messages() -> Example:
    tell(make_community(), said("m1", "Hello"))
    return Example(query={"search": "hello", "limit": 10})


@example("communities.get_message_context")
def get_message_context() -> Example:
    community = make_community()
    tell(community, said("m1", "Hello"))
    return Example({"message_id": community.messages.get().pk})


@example("communities.save_reply_rule")
def save_reply_rule() -> Example:
    return Example(body=REPLY, other={**REPLY, "priority": 7})


@example("communities.list_notices")
def list_notices() -> Example:
    return Example()


@example("communities.save_notice")
def save_notice() -> Example:
    return Example(body=NOTICE, other={**NOTICE, "title": "Other"})
