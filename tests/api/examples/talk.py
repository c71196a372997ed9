"""Requests about what is said in communities: messages, service, sources and files of them."""

from uuid import UUID

from qunying.accounts.tests.make import make_staff
from qunying.communities.actions.create_source import create_source
from qunying.communities.actions.receive_message_import import receive_message_import
from qunying.communities.actions.start_message_import import start_message_import
from qunying.communities.inbound.importing import run_message_import
from qunying.communities.models import PlatformChat
from qunying.communities.tests.make import make_community, said, tell
from qunying.kernel.files.uploads import import_folder
from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody
from tests.api.examples import Example, example

PERIOD = {"start": "2026-01-01", "end": "2026-01-31"}

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
