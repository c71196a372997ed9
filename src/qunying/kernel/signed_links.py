"""Links that carry one purpose: signed, dated, readable by nobody else's purpose.

    token = sign_link("offer", {"campaign": str(campaign_id), "member": str(member_id)}, expires_at)
    fields = read_link(token, "offer", now)

A token is ``<key id>.<payload>.<signature>`` of URL-safe signs. The key id says which secret signed it, so
secrets can be changed (``SECRET_KEY_FALLBACKS``) without breaking links that are out. The payload is signed,
not secret: put ids in it, never contacts.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from itsdangerous import BadData, Signer
from itsdangerous.encoding import base64_decode, base64_encode

from qunying.kernel.problems import Kind, Problem

MAX_TOKEN_LENGTH = 2000

type LinkFields = dict[str, str | int]


class BrokenLink(Problem):
    """The token was not made by us for this purpose."""

    code = "broken_link"
    kind = Kind.NOT_FOUND
    message = _("This link is not complete or not valid. Open it again from the message that you got.")


class ExpiredLink(Problem):
    """The token was ours, and its time is over."""

    code = "expired_link"
    kind = Kind.NOT_FOUND
    message = _("This link has expired.")


def sign_link(purpose: str, fields: Mapping[str, str | int], expires_at: datetime) -> str:
    """Return a token for one purpose that is valid before ``expires_at``.

    Args:
        purpose: what the token may be used for, e.g. ``offer`` or ``unsubscribe``; part of the signing key.
        fields: ids and small numbers that the page needs.
        expires_at: aware; whole seconds count.
    """
    secret = str(settings.SECRET_KEY)
    body = json.dumps([int(expires_at.timestamp()), fields], separators=(",", ":"), sort_keys=True)
    payload = f"{_key_id(secret)}.{base64_encode(body).decode()}"
    return _signer(secret, purpose).sign(payload).decode()


def read_link(token: str, purpose: str, now: datetime) -> LinkFields:
    """Return the fields of a token.

    Raises:
        BrokenLink: when one sign of it is different, or it was made for another purpose.
        ExpiredLink: when its time is over.
    """
    if len(token) > MAX_TOKEN_LENGTH or token.count(".") != 2 or not token.isascii():
        raise BrokenLink
    key_id, payload, _signature = token.split(".")
    secret = next((known for known in _secrets() if _key_id(known) == key_id), None)
    if secret is None:
        raise BrokenLink
    # The whole text is compared, not the decoded bytes: base64 has several spellings for the same bytes.
    expected = _signer(secret, purpose).sign(f"{key_id}.{payload}")
    if not hmac.compare_digest(expected, token.encode()):
        raise BrokenLink
    try:
        expires, fields = json.loads(base64_decode(payload))
    except (BadData, ValueError) as error:
        raise BrokenLink from error
    if now >= datetime.fromtimestamp(expires, UTC):
        raise ExpiredLink
    return dict(fields)


def _secrets() -> list[str]:
    return [str(settings.SECRET_KEY), *map(str, getattr(settings, "SECRET_KEY_FALLBACKS", []))]


def _key_id(secret: str) -> str:
    return base64_encode(hashlib.sha256(b"qunying link key id\x00" + secret.encode()).digest()[:3]).decode()


def _signer(secret: str, purpose: str) -> Signer:
    return Signer(secret, salt=f"qunying.link.{purpose}", key_derivation="hmac", digest_method=hashlib.sha256)
