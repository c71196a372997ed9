"""One-time codes: what a code is, and who may be told it."""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.utils.crypto import salted_hmac

from qunying.kernel.sealing import unseal
from qunying.members.models import OneTimeCode
from qunying.members.queries.normalise_identity import normalise_identity

CODE_DIGITS = 6
CODE_LIFETIME = timedelta(minutes=10)
MAX_TRIES = 5


@dataclass(frozen=True)
class CodeToDeliver:
    """A code, and the contact that it has to reach. Who asks to join is no member yet."""

    member_id: UUID | None
    contact_type: str
    contact: str
    code: str
    expires_at: datetime


def find_code_to_deliver(code_id: UUID, now: datetime) -> CodeToDeliver | None:
    """Return a code that waits to be delivered; None when the contact is nobody's or the code is over.

    Ask in a job, not in the request: then a known and an unknown contact take the same time.
    """
    row = OneTimeCode.objects.select_related("identity").filter(pk=code_id).first()
    if row is None or row.used_at is not None or now >= row.expires_at:
        return None
    if row.identity is None:
        if not row.sealed_contact:
            return None
        type_, _colon, contact = unseal(row.sealed_contact).partition(":")
        return CodeToDeliver(None, type_, contact, code_of(row.id), row.expires_at)
    return CodeToDeliver(
        row.identity.member_id, row.identity.type, row.identity.value, code_of(row.id), row.expires_at
    )


def code_of(code_id: UUID) -> str:
    """Return the digits that belong to an id; nobody without the installation's secret can work them out."""
    digest = salted_hmac("qunying.one_time_code", str(code_id), algorithm="sha256").digest()
    return str(int.from_bytes(digest) % 10**CODE_DIGITS).zfill(CODE_DIGITS)


def is_code(code_id: UUID, typed: str) -> bool:
    """Tell whether somebody typed the digits of an id, in constant time."""
    digits = "".join(sign for sign in typed if not sign.isspace())
    ours = hashlib.sha256(code_of(code_id).encode()).digest()
    return hmac.compare_digest(ours, hashlib.sha256(digits.encode(errors="replace")).digest())


def hash_contact(type: str, contact: str) -> str:  # noqa: A002 - the word of the domain
    """Return what stands for a contact where it may be a stranger's.

    Raises:
        BadIdentity: when it cannot be a contact of the type.
    """
    spelling = normalise_identity(type, contact)
    return salted_hmac("qunying.contact", f"{type}:{spelling}", algorithm="sha256").hexdigest()
