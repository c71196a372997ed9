"""A person becomes a member."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.wording import checked_text
from qunying.members.actions.add_identity import add_identity
from qunying.members.actions.change_attribute import change_attribute
from qunying.members.events import MEMBER_CREATED
from qunying.members.models import Attribute, Member
from qunying.stream.record import NewEvent, record

MAX_NAME_LENGTH = 100


@dataclass(frozen=True)
class MemberCreated:
    """The new member."""

    member_id: UUID


@action
def create_member(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str = "",
    identities: Sequence[tuple[str, str]] = (),
    attributes: Mapping[str, str] | None = None,
    source: str = Attribute.Source.STAFF,
    first_seen_at: datetime | None = None,
    verified: Collection[tuple[str, str]] = (),
) -> MemberCreated:
    """Create a member with the ways in which they are known.

    Args:
        name: what staff and messages call them; may be empty.
        identities: (type, value) pairs, e.g. ``("email", "anna@example.com")``.
        attributes: name → value, e.g. ``{"country": "Germany"}``.
        source: where the attributes come from (an ``Attribute.Source``); also the event's source.
        first_seen_at: when history knows them earlier than now.
        verified: those of the identities that they have shown to be theirs.

    Raises:
        IdentityTaken: when an identity belongs to somebody already.
        BadIdentity, BadAttribute, BadText: when a value cannot be what it should be.
    """
    member = Member.objects.create(
        name=checked_text(name, field="name", max_length=MAX_NAME_LENGTH, may_be_empty=True),
        first_seen_at=first_seen_at or now,
        created_at=now,
    )
    record(
        NewEvent(
            type=MEMBER_CREATED,
            occurred_at=member.first_seen_at,
            received_at=now,
            member_id=member.id,
            properties={"source": source},
            backfill=first_seen_at is not None,
        )
    )
    words: dict[str, Any] = {"command_id": command_id, "actor": actor, "now": now, "member_id": member.id}
    for type_, value in identities:
        add_identity(**words, type=type_, value=value, verified=(type_, value) in verified)
    for attribute, value in (attributes or {}).items():
        change_attribute(**words, attribute=attribute, value=value, source=source)
    return MemberCreated(member.id)
