"""Coupon codes: 65 random bits in thirteen letters, one more to catch slips; kept sealed, found by hash."""

import hashlib
import hmac
import os
from functools import cache
from operator import mul

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# No I, L, O, U: they are misread, or spell things.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LETTERS = 13
_LETTERS = (ALPHABET * 8).encode()  # of any byte: each letter stands for eight of them, so all are as likely
_VALUES = bytes(max(ALPHABET.find(chr(letter)), 0) for letter in range(256))
_WEIGHTS = range(1, 2 * RANDOM_LETTERS, 2)
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """Return a code of thirteen random letters and a check letter."""
    letters = os.urandom(RANDOM_LETTERS).translate(_LETTERS).decode()
    return letters + check_letter(letters)


def check_letter(letters: str) -> str:
    """Return the letter that catches one wrong letter, and most swaps of two neighbours.

    Odd weights modulo 32, so that a change of any one letter changes the sum.
    """
    weighted = sum(map(mul, letters.encode().translate(_VALUES), _WEIGHTS))
    return ALPHABET[weighted % len(ALPHABET)]


def written(code: str) -> str:
    """Return a code as people read it: ``ABCDE-FGHJK-MNPQ``."""
    return "-".join((code[:5], code[5:10], code[10:]))


def read_code(text: str) -> str | None:
    """Return the code that somebody typed or scanned, or None when it cannot be one."""
    code = "".join(text.upper().split()).replace("-", "").translate(_MISREAD)
    if len(code) != RANDOM_LETTERS + 1 or any(letter not in ALPHABET for letter in code):
        return None
    return code if check_letter(code[:-1]) == code[-1] else None


def hash_code(code: str) -> bytes:
    """Return what a code is found by; without the installation's secret it cannot be made from a code."""
    return hmac.digest(_key(settings.SECRET_KEY, b"coupon code lookup"), code.encode(), hashlib.sha256)


def seal_code(code: str) -> bytes:
    """Return a code encrypted for keeping."""
    nonce = os.urandom(12)
    return nonce + _seal(settings.SECRET_KEY).encrypt(nonce, code.encode(), None)


def open_code(sealed: bytes) -> str:
    """Return a code that was sealed here."""
    sealed = bytes(sealed)
    return _seal(settings.SECRET_KEY).decrypt(sealed[:12], sealed[12:], None).decode()


@cache
def _seal(secret: str) -> AESGCM:
    return AESGCM(_key(secret, b"coupon code sealing"))


@cache
def _key(secret: str, purpose: bytes) -> bytes:
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret.encode())
