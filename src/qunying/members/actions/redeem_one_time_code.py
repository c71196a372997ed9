"""Somebody types the code that reached them."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.failpoints import disabled_guard, failpoint
from qunying.kernel.guessing import count_attempt
from qunying.kernel.sealing import unseal
from qunying.members.actions.create_member import create_member
from qunying.members.events import MEMBER_SIGNED_IN
from qunying.members.models import Attribute, Identity, MemberSession, OneTimeCode
from qunying.members.queries.one_time_codes import MAX_TRIES, is_code
from qunying.stream.record import NewEvent, record

SESSION_LIFETIME = timedelta(days=30)


@dataclass(frozen=True)
class CodeRedeemed:
    """The session of who signed in; None when the code was wrong, used, over, tried too often or nobody's."""

    session_id: UUID | None


@action
def redeem_one_time_code(
    *, command_id: str, actor: Actor, now: datetime, code_id: UUID, code: str, address: str
) -> CodeRedeemed:
    """Start a session for who has the code; who asked to join is a member from then on.

    A wrong code is an answer, no problem: so the try is kept.

    Args:
        code_id: what ``issue_one_time_code`` gave.
        code: the digits as typed.
        address: the network address that tries.

    Raises:
        TooManyAttempts: after 10 tries in a minute from one address.
    """
    count_attempt(f"code_tried_from:{address}", now=now, limit=10)
    row = _open_code(code_id, now)
    if row is None:
        return CodeRedeemed(None)
    row.tries += 1
    row.save(update_fields=["tries"])
    if not is_code(row.id, code) or (row.identity_id is None and not row.sealed_contact):
        return CodeRedeemed(None)
    identity = (
        Identity.objects.get(pk=row.identity_id)
        if row.identity_id is not None
        else _joined(row, command_id=command_id, actor=actor, now=now)
    )
    row.identity, row.sealed_contact, row.used_at = identity, "", now
    row.save(update_fields=["identity", "sealed_contact", "used_at"])
    if identity.verified_at is None:
        Identity.objects.filter(pk=identity.pk).update(verified_at=now)
    session = MemberSession.objects.create(
        member_id=identity.member_id, created_at=now, expires_at=now + SESSION_LIFETIME
    )
    record(NewEvent(type=MEMBER_SIGNED_IN, occurred_at=now, received_at=now, member_id=identity.member_id))
    return CodeRedeemed(session.id)


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


def _open_code(code_id: UUID, now: datetime) -> OneTimeCode | None:
    """Return a code that may still be tried, its row held so that tries follow each other."""
    rows = OneTimeCode.objects.filter(pk=code_id)
    if not disabled_guard("members.code_lock"):
        rows = rows.select_for_update()
    row = rows.first()
    failpoint("members.code_read")
    if row is None or row.used_at is not None or row.tries >= MAX_TRIES or now >= row.expires_at:
        return None
    return row
