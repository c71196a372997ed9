"""Webhooks that come in, signed in the way of Standard Webhooks (standardwebhooks.com).

The sender signs ``{id}.{timestamp}.{body}`` with HMAC-SHA256 and a secret of 24 to 64 bytes, ``whsec_`` and base64. The library of
that name reads the machine's clock, where ours is passed in, and breaks on a body that is no UTF-8 instead of refusing it.
"""

import base64
import binascii
import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem

TOLERANCE = timedelta(minutes=5)
_ID = re.compile(r"[!-~]{1,200}")


class BadSignature(Problem):
    """The webhook is not signed with the secret that was agreed, or is not fresh."""

    code = "bad_signature"
    kind = Kind.UNAUTHENTICATED
    message = _("The signature does not fit, or the message is older than five minutes.")


def new_secret() -> str:
    """Return a fresh secret."""
    return f"whsec_{base64.b64encode(secrets.token_bytes(32)).decode()}"


def sign(secret: str, message_id: str, at: datetime, body: bytes) -> dict[str, str]:
    """Return the headers that a sender puts on a message."""
    stamp = str(int(at.timestamp()))
    signature = f"v1,{_signature(secret, message_id, stamp, body)}"
    return {"webhook-id": message_id, "webhook-timestamp": stamp, "webhook-signature": signature}


def verify(secret: str, headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a message whose signature fits; the same id is the same message, sent again.

    Args:
        secret: ``whsec_…``.
        headers: of the request; their names in any case.
        body: the bytes as they came.
        now: messages more than five minutes from it are refused, so that old ones cannot be played again.

    Raises:
        BadSignature: when a header is missing, the time is off, or no signature fits.
    """
    given = {name.lower(): value for name, value in headers.items()}
    message_id, stamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not _ID.fullmatch(message_id) or not re.fullmatch(r"[0-9]{1,11}", stamp):
        raise BadSignature
    if abs(now - datetime.fromtimestamp(int(stamp), UTC)) > TOLERANCE:
        raise BadSignature
    expected = _signature(secret, message_id, stamp, body)
    for signature in given.get("webhook-signature", "").split()[:10]:
        version, _comma, value = signature.partition(",")
        if version == "v1" and hmac.compare_digest(value.encode(), expected.encode()):
            return message_id
    raise BadSignature


def _signature(secret: str, message_id: str, stamp: str, body: bytes) -> str:
    try:
        key = base64.b64decode(secret.removeprefix("whsec_"), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadSignature from error
    signed = hmac.new(key, f"{message_id}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return base64.b64encode(signed).decode()
