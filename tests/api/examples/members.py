"""Requests about members."""

from uuid import UUID

from qunying.kernel.ids import new_id
from qunying.members.actions.ask_about_data import ask_about_data as ask
from qunying.members.actions.merge_members import merge_members
from qunying.members.tests.make import NOW, WORDING, anybody, make_member
from tests.api.examples import Example, example


@example("members.list_members")
def list_members() -> Example:
    make_member(attributes={"country": "France"}, tags=["vip"])
    return Example(query={"attribute": "country=France", "tag": "vip", "limit": 10})


@example("members.create_member")
def create_member() -> Example:
    body = {"name": "Ada", "identities": [{"type": "email", "value": "ada@example.com"}]}
    return Example(body=body, other={**body, "name": "Ada L."})


@example("members.get_member")
def get_member() -> Example:
    return Example({"member_id": make_member().id})


@example("members.list_timeline")
def list_timeline() -> Example:
    return Example({"member_id": make_member(tags=["vip"]).id}, query={"limit": 5})


@example("members.tag_member")
def tag_member() -> Example:
    return Example({"member_id": make_member().id, "tag": "vip"})


@example("members.untag_member")
def untag_member() -> Example:
    return Example({"member_id": make_member(tags=["vip"]).id, "tag": "vip"})


@example("members.change_attribute")
def change_attribute() -> Example:
    path = {"member_id": make_member().id, "attribute": "country"}
    return Example(path, body={"value": "France"}, other={"value": "Germany"})


@example("members.change_consent")
def change_consent() -> Example:
    body = {"granted": True, "text": WORDING}
    return Example(
        {"member_id": make_member().id, "channel": "email"}, body=body, other={**body, "granted": False}
    )


@example("members.add_identity")
def add_identity() -> Example:
    body = {"type": "email", "value": "other@example.com"}
    return Example({"member_id": make_member().id}, body=body, other={**body, "verified": True})


@example("members.merge_members")
def merge() -> Example:
    path = {"member_id": make_member().id}
    return Example(
        path, body={"merged_id": str(make_member().id)}, other={"merged_id": str(make_member().id)}
    )


@example("members.undo_merge")
def undo_merge() -> Example:
    merged = merge_members(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        kept_id=make_member().id,
        merged_id=make_member().id,
    )
    return Example({"merge_id": merged.merge_id})


@example("members.link_anonymous")
def link_anonymous() -> Example:
    path = {"member_id": make_member().id}
    return Example(path, body={"anonymous_id": str(new_id())}, other={"anonymous_id": str(new_id())})


@example("members.mark_staff_account")
def mark_staff_account() -> Example:
    return Example({"member_id": make_member().id}, body={"is_staff": True}, other={"is_staff": False})


def _asked() -> UUID:
    return ask(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        member_id=make_member().id,
        kind="erasure",
        text="Please",
    )


@example("members.list_data_requests")
def list_data_requests() -> Example:
    _asked()
    return Example()


@example("members.ask_about_data")
def ask_about_data() -> Example:
    body = {"kind": "correction", "text": "My name"}
    return Example({"member_id": make_member().id}, body=body, other={**body, "text": "My street"})


@example("members.erase_member")
def erase_member() -> Example:
    member = make_member()
    ask(
        command_id=str(new_id()), actor=anybody(), now=NOW, member_id=member.id, kind="erasure", text="Please"
    )
    return Example({"member_id": member.id})


@example("members.answer_data_request")
def answer_data_request() -> Example:
    body = {"is_done": True, "answer": "Done"}
    return Example({"request_id": _asked()}, body=body, other={**body, "is_done": False})
