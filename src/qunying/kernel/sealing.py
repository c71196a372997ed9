"""Sealing: secrets at rest. What is sealed can be read back only with the installation's secret key."""

import base64
import hmac
from functools import cache
from hashlib import sha256

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem


class SealBroken(Problem):
    """A stored secret was sealed with another key."""

    code = "seal_broken"
    kind = Kind.UNAVAILABLE
    message = _("A stored secret cannot be opened with this installation's key. Enter it again.")


def seal(text: str) -> str:
    """Return text that only this installation can open; empty stays empty."""
    return _box().encrypt(text.encode()).decode() if text else ""


def unseal(sealed: str) -> str:
    """Return what was sealed.

    Raises:
        SealBroken: when it was sealed with a key that is not known any more.
    """
    if not sealed:
        return ""
    try:
        return _box().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealBroken from error


def fingerprint(text: str) -> str:
    """Return what tells two secrets apart without giving either away."""
    return hmac.new(settings.SECRET_KEY.encode(), text.encode(), sha256).hexdigest()[:32]


def _box() -> MultiFernet:
    return _box_of((settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


@cache
def _box_of(keys: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(key))) for key in keys])


def _derived(key: str) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=b"qunying sealing 1").derive(key.encode())
