"""Somebody wants to sign in with a contact."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.sealing import seal
from qunying.members.models import Identity, OneTimeCode
from qunying.members.queries.normalise_identity import BadIdentity, normalise_identity
from qunying.members.queries.one_time_codes import CODE_LIFETIME, hash_contact

CONTACT_TYPES = {Identity.Type.EMAIL, Identity.Type.PHONE}


@dataclass(frozen=True)
class CodeIssued:
    """Where to type the code; the same whether the contact is known or not."""

    code_id: UUID
    expires_at: datetime


@action
def issue_one_time_code(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    contact_type: str,
    contact: str,
    address: str,
    joins: bool = False,
) -> CodeIssued:
    """Make a code for a contact; earlier ones are over. Unknown contacts get no different answer.

    Args:
        contact_type: ``email`` or ``phone``.
        contact: as typed.
        address: the network address that asks; guesses are counted by contact and by address.
        joins: whoever has the contact wants to become a member if they are none yet.

    Raises:
        BadIdentity: when this cannot be a contact at all.
        TooManyAttempts: after 3 codes in 10 minutes or 20 in a day for a contact, or 10 in a minute from an
            address.
    """
    if contact_type not in CONTACT_TYPES:
        raise BadIdentity(type=contact_type[:20])
    contact_hash = hash_contact(contact_type, contact)
    count_attempt(f"code_asked_from:{address}", now=now, limit=10)
    count_attempt(f"code_asked:{contact_hash}", now=now, limit=3, window=CODE_LIFETIME)
    count_attempt(f"code_asked_daily:{contact_hash}", now=now, limit=20, window=timedelta(days=1))
    spelling = normalise_identity(contact_type, contact)
    identity = Identity.objects.filter(type=contact_type, value=spelling).first()
    OneTimeCode.objects.filter(contact_hash=contact_hash, expires_at__gt=now).update(expires_at=now)
    row = OneTimeCode.objects.create(
        contact_hash=contact_hash,
        identity=identity,
        sealed_contact=seal(f"{contact_type}:{spelling}") if joins and identity is None else "",
        created_at=now,
        expires_at=now + CODE_LIFETIME,
    )
    return CodeIssued(row.id, row.expires_at)
