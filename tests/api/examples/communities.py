"""Requests about communities."""

from uuid import UUID

from qunying.accounts.tests.make import make_staff
from qunying.communities.actions.choose_platform import choose_platform
from qunying.communities.actions.create_join_link import create_join_link
from qunying.communities.actions.create_live_code import LiveCodeCreated, create_live_code
from qunying.communities.actions.create_roster_feed import create_roster_feed
from qunying.communities.actions.create_source import create_source
from qunying.communities.actions.import_roster import RosterRow
from qunying.communities.actions.receive_message_import import receive_message_import
from qunying.communities.actions.save_drive import save_drive
from qunying.communities.actions.start_message_import import start_message_import
from qunying.communities.inbound.importing import run_message_import
from qunying.communities.models import MatchDoubt, PlatformChat
from qunying.communities.tests.make import make_community, said, take_over, tell
from qunying.kernel.files.uploads import import_folder
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


PERIOD = {"start": "2026-01-01", "end": "2026-01-31"}


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


@example("communities.change_state")
def change_state() -> Example:
    return Example(
        {"community_id": make_community().id},
        body={"state": "quiet", "reason": "summer"},
        other={"state": "closed"},
    )


@example("communities.list_rules_versions")
def rules() -> Example:
    return Example({"community_id": make_community(rules="Be kind").id})


@example("communities.list_health")
def list_health() -> Example:
    make_community()
    return Example(query=PERIOD)


@example("communities.measure_health")
def measure_health() -> Example:
    return Example({"community_id": make_community().id}, query=PERIOD)


@example("communities.list_overlaps")
def overlaps() -> Example:
    return Example(query={"too_many": 3})


@example("communities.list_platforms")
def platforms() -> Example:
    return Example()


@example("communities.change_platform")
def change_platform() -> Example:
    body = {"type": "forum", "name": "Discord", "purposes": ["gather"], "reach": 2}
    return Example({"slug": "discord"}, body=body, other={**body, "reach": 3})


@example("communities.compare_platforms")
def compare_platforms() -> Example:
    return Example(query={"audience": 0, "cost": 5})


@example("communities.choose_platform")
def choose() -> Example:
    body = {"platform": "wecom", "purpose": "gather", "topics": "tea"}
    return Example(body=body, other={**body, "purpose": "sell"})


@example("communities.drop_platform")
def drop() -> Example:
    made = choose_platform(
        command_id=str(new_id()), actor=anybody(), now=NOW, platform="qq", purpose="gather"
    )
    return Example({"choice_id": made.choice_id})


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


@example("communities.get_plan")
def get_plan() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.set_target")
def set_target() -> Example:
    body = {"measure": "people", "value": 100, **PERIOD}
    return Example({"community_id": make_community().id}, body=body, other={**body, "value": 200})


@example("communities.save_drive")
def drive() -> Example:
    body = {"source": "poster", "target": 10, **PERIOD}
    return Example({"community_id": make_community().id}, body=body, other={**body, "target": 20})


@example("communities.remove_drive")
def remove_drive() -> Example:
    community = make_community()
    saved = save_drive(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        community_id=community.id,
        source="poster",
        start=NOW.date(),
        end=NOW.date(),
        target=3,
    )
    return Example(
        {"community_id": community.id},
        body={"drive_id": str(saved.drive_id)},
        other={"drive_id": str(new_id())},
    )


@example("communities.list_duties")
def list_duties() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.set_duties")
def set_duties() -> Example:
    body = {"role": "admin", "duties": "Answers", "permissions": ["speak"]}
    return Example({"community_id": make_community().id}, body=body, other={**body, "duties": "Greets"})


@example("communities.list_pinned")
def list_pinned() -> Example:
    return Example({"community_id": make_community().id})


@example("communities.list_reply_rules")
def list_reply_rules() -> Example:
    return Example()


@example("communities.list_welcomes")
def list_welcomes() -> Example:
    return Example()


@example("communities.save_welcome")
def save_welcome() -> Example:
    return Example(body={"text": "Hello, {{ name }}"}, other={"text": "Welcome"})


@example("communities.list_on_duty")
def list_on_duty() -> Example:
    return Example()


@example("communities.set_duty")
def set_duty() -> Example:
    body = {"person_id": str(make_staff().pk), "weekday": 2}
    return Example(body=body, other={**body, "weekday": 3})


@example("communities.summarise_talk")
def summarise_talk() -> Example:
    return Example({"community_id": make_community().id}, query=PERIOD)


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


def source() -> UUID:
    made = create_source(
        command_id=str(new_id()), actor=anybody(), now=NOW, platform="telegram", name=str(new_id())
    )
    return made.source_id


@example("communities.list_sources")
def list_sources() -> Example:
    source()
    return Example()


@example("communities.create_source")
def new_source() -> Example:
    body = {"platform": "own", "name": "bridge"}
    return Example(body=body, other={**body, "name": "other"})


@example("communities.close_source")
def close_source() -> Example:
    return Example({"source_id": source()})


@example("communities.list_chats")
def list_chats() -> Example:
    return Example({"source_id": source()})


@example("communities.connect_chat")
def connect_chat() -> Example:
    chat = PlatformChat.objects.create(source_id=source(), chat_id="-100", title="Tea", first_seen_at=NOW)
    first, second = make_community(), make_community()
    return Example(
        {"chat_id": chat.pk}, body={"community_id": str(first.id)}, other={"community_id": str(second.id)}
    )


MESSAGES = b"time,nick,text\n2026-01-10 09:00,Ann,Hello\nyesterday,Bob,Bye\n"


def message_import(*, done: bool = False) -> tuple[UUID, UUID]:
    """A file of messages that waits for the worker, or was taken over; with its community."""
    import_id, community = new_id(), make_community()
    folder = import_folder(import_id)
    folder.mkdir(parents=True)
    (folder / "upload").write_bytes(MESSAGES)
    words = {"actor": anybody(), "now": NOW, "import_id": import_id}
    receive_message_import(command_id=str(new_id()), community_id=community.id, file_name="chat.csv", **words)
    start_message_import(command_id=str(new_id()), **words)
    if done:
        run_message_import(import_id, clock=lambda: NOW)
    return import_id, community.id


@example("communities.start_message_import")
def send_messages() -> Example:
    body = {"zone": "Asia/Shanghai"}
    return Example(
        {"community_id": make_community().id},
        body=body,
        other={**body, "dry_run": "true"},
        files={"file": ("chat.csv", MESSAGES)},
    )


@example("communities.list_message_imports")
def list_message_imports() -> Example:
    return Example({"community_id": message_import()[1]}, query={"limit": 5})


@example("communities.get_message_import")
def get_message_import() -> Example:
    return Example({"import_id": message_import()[0]})


@example("communities.cancel_message_import")
def cancel_message_import() -> Example:
    return Example({"import_id": message_import()[0]})


@example("communities.get_message_import_errors")
def message_import_errors() -> Example:
    return Example({"import_id": message_import(done=True)[0]})


@example("communities.list_message_mappings")
def list_message_mappings() -> Example:
    return Example()


@example("communities.save_message_mapping")
def save_message_mapping() -> Example:
    body = {"name": "ours", "columns": {"sent_at": "when", "text": "what"}}
    return Example(body=body, other={**body, "name": "theirs"})
