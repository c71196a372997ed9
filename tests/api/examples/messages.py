"""Requests about messages."""

from datetime import timedelta
from uuid import UUID

from qunying.kernel.ids import new_id
from qunying.members.tests.make import NOW, anybody, make_member
from qunying.messages.actions.dispatch_due import dispatch_due
from qunying.messages.actions.post_to_community import post_to_community
from qunying.messages.actions.suppress import suppress
from qunying.messages.models import Send
from qunying.messages.reasons import State
from qunying.messages.tests.make import make_template, plan, words
from tests.api.examples import Example, example

TEXT = {
    "name": "Spring",
    "subject": "Hello {{ name }}",
    "body": "Look: {{ link }}",
    "variables": {"name": "friend"},
}


@example("messages.list_channels")
def list_channels() -> Example:
    return Example()


@example("messages.create_channel")
def create_channel() -> Example:
    body = {"kind": "mailbox", "name": "Second mailbox"}
    return Example(body=body, other={**body, "name": "Third mailbox"})


@example("messages.list_templates")
def list_templates() -> Example:
    make_template()
    return Example()


@example("messages.create_template")
def create_template() -> Example:
    body = {**TEXT, "purpose": "promotion"}
    return Example(body=body, other={**body, "name": "Summer"})


@example("messages.change_template")
def change_template() -> Example:
    return Example({"template_id": make_template()}, body=TEXT, other={**TEXT, "subject": "Good morning"})


@example("messages.list_sends")
def list_sends() -> Example:
    member = make_member(consents={"mailbox": True})
    plan([member.id])
    return Example(query={"member_id": str(member.id), "limit": 5})


@example("messages.suppress")
def stop() -> Example:
    body = {"member_ids": [str(make_member().id)], "scope": "promotion", "reason": "request"}
    return Example(body=body, other={**body, "scope": "everything"})


@example("messages.lift_suppression")
def lift() -> Example:
    member = make_member()
    suppress(**words(), member_ids=[member.id], scope="promotion", reason="request")
    body = {"member_ids": [str(member.id)], "scope": "promotion", "reason": "request"}
    return Example(body=body, other={**body, "scope": "everything"})


@example("messages.send_service_message")
def service() -> Example:
    template = make_template(
        purpose="service", body="Your order {{ number }} is on its way.", variables={"number": ""}
    )
    body = {
        "member_id": str(make_member().id),
        "template_id": str(template),
        "variables": {"number": "7"},
        "key": "7",
    }
    return Example(body=body, other={**body, "key": "8"})


@example("messages.resolve_unknown")
def resolve() -> Example:
    member = make_member(consents={"mailbox": True})
    plan([member.id])
    Send.objects.update(state=State.UNKNOWN)
    body = {"send_ids": [str(Send.objects.get().pk)], "outcome": "sent"}
    return Example(body=body, other={"send_ids": [str(new_id())], "outcome": "sent"})


@example("messages.list_notices")
def list_notices() -> Example:
    return Example()


@example("messages.switch_notice")
def switch_notice() -> Example:
    return Example({"notice": "parcel_sent"}, body={"is_on": False}, other={"is_on": True})


@example("messages.list_by_hand")
def list_by_hand() -> Example:
    _by_hand()
    return Example()


@example("messages.confirm_by_hand")
def confirm_by_hand() -> Example:
    body = {"send_ids": [str(_by_hand())], "outcome": "sent"}
    return Example(body=body, other={**body, "outcome": "not_sent"})


def _by_hand() -> UUID:
    """Lay a post out for a person."""
    posted = post_to_community(
        command_id=str(new_id()),
        actor=anybody(),
        now=NOW,
        community_id=new_id(),
        channel_id=None,
        key="example",
        text="Hello",
        title="Example",
        due_at=NOW,
        not_after=NOW + timedelta(days=1),
    )
    dispatch_due(clock=lambda: NOW)
    return posted.send_id
