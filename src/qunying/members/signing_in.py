"""What the ways of signing in share: a code that may still be tried, and the session that comes of it."""

from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.sealing import unseal
from qunying.members.actions.create_member import create_member
from qunying.members.events import MEMBER_SIGNED_IN
from qunying.members.models import Attribute, Identity, MemberSession, OneTimeCode
from qunying.members.queries.one_time_codes import MAX_TRIES
from qunying.stream.record import NewEvent, record

SESSION_LIFETIME = timedelta(days=30)


def lock_open_code(code_id: UUID, now: datetime) -> OneTimeCode | None:
    """Return a code that may still be used, its row held so that tries follow each other."""
    rows = OneTimeCode.objects.filter(pk=code_id)
    if not disabled_guard("members.code_lock"):
        rows = rows.select_for_update()
    row = rows.first()
    failpoint("members.code_read")
    if row is None or row.used_at is not None or row.tries >= MAX_TRIES or now >= row.expires_at:
        return None
    return row


def use_code(row: OneTimeCode, *, command_id: str, actor: Actor, now: datetime) -> UUID | None:
    """Use a code up and return the session of whoever its contact is; None when it is nobody's.

    The contact has been shown to be theirs. Who asked to join is a member from then on.
    """
    if row.identity_id is None and not row.sealed_contact:
        return None
    identity = (
        Identity.objects.get(pk=row.identity_id)
        if row.identity_id is not None
        else _joined(row, command_id=command_id, actor=actor, now=now)
    )
    row.identity, row.sealed_contact, row.used_at = identity, "", now
    row.save(update_fields=["identity", "sealed_contact", "used_at"])
    if identity.verified_at is None:
        Identity.objects.filter(pk=identity.pk).update(verified_at=now)
    return begin_session(identity.member_id, now)


def begin_session(member_id: UUID, now: datetime, *, is_proved: bool = True) -> UUID:
    """Write the session of a member and tell the stream.

    Args:
        is_proved: whether they showed just now that a contact of the member's is theirs.
    """
    session = MemberSession.objects.create(
        member_id=member_id, created_at=now, expires_at=now + SESSION_LIFETIME, is_proved=is_proved
    )
    record(NewEvent(type=MEMBER_SIGNED_IN, occurred_at=now, received_at=now, member_id=member_id))
    return session.id


def _joined(row: OneTimeCode, *, command_id: str, actor: Actor, now: datetime) -> Identity:
    """Make whoever asked to join a member, known by the contact that the code has reached."""
    type_, _colon, contact = unseal(row.sealed_contact).partition(":")
    known = Identity.objects.filter(type=type_, value=contact).first()
    if known is not None:  # they became a member on another way meanwhile
        return known
    create_member(
        command_id=command_id,
        actor=actor,
        now=now,
        identities=[(type_, contact)],
        source=Attribute.Source.DECLARED,
    )
    return Identity.objects.get(type=type_, value=contact)
