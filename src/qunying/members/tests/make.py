"""Members for tests, made through the actions that everybody uses."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from uuid import UUID

from django.http import HttpResponse
from django.test import Client

from qunying.kernel import clock
from qunying.kernel.actors import Actor, system
from qunying.kernel.ids import new_id
from qunying.members.actions.change_consent import change_consent
from qunying.members.actions.create_member import create_member
from qunying.members.actions.tag_member import tag_member
from qunying.members.member_web import start_session
from qunying.members.models import Member, MemberSession
from qunying.members.signing_in import SESSION_LIFETIME

NOW = datetime(2026, 3, 1, 4, tzinfo=UTC)
WORDING = "I agree to get offers."
_numbers = count(1)


def anybody() -> Actor:
    """Return an actor who may do everything."""
    return system("test")


def make_member(
    *,
    name: str = "",
    email: str | None = None,
    identities: Sequence[tuple[str, str]] = (),
    attributes: Mapping[str, str] | None = None,
    tags: Sequence[str] = (),
    consents: Mapping[str, bool] | None = None,
    first_seen_at: datetime | None = None,
    now: datetime = NOW,
) -> Member:
    """Return a new member with an e-mail address of their own (``email=""`` for none)."""
    number = next(_numbers)
    address = f"member{number}@example.com" if email is None else email
    known = [*identities, *([("email", address)] if address else [])]
    made = create_member(
        command_id=str(new_id()),
        actor=anybody(),
        now=now,
        name=name or f"Member {number}",
        identities=known,
        attributes=dict(attributes or {}),
        first_seen_at=first_seen_at,
    )
    for tag in tags:
        tag_member(command_id=str(new_id()), actor=anybody(), now=now, member_id=made.member_id, tag=tag)
    for channel, granted in (consents or {}).items():
        agree(made.member_id, channel, granted=granted, now=now)
    return Member.objects.get(pk=made.member_id)


def agree(
    member_id: UUID, channel: str, *, granted: bool = True, text: str = WORDING, now: datetime = NOW
) -> None:
    """Enter a member's consent for a channel."""
    change_consent(
        command_id=str(new_id()),
        actor=anybody(),
        now=now,
        member_id=member_id,
        channel=channel,
        granted=granted,
        text=text,
    )


def sign_in(client: Client, member: Member) -> MemberSession:
    """Give a test browser the cookie of a new session of a member."""
    now = clock.now()
    session = MemberSession.objects.create(member=member, created_at=now, expires_at=now + SESSION_LIFETIME)
    response = HttpResponse()
    start_session(response, session.id)
    client.cookies.update(response.cookies)
    return session
