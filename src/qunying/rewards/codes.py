"""Coupon codes: 65 random bits in thirteen letters, one more to catch slips; kept sealed, found by hash."""

import hashlib
import hmac
import os
from base64 import b32encode
from functools import cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

# No I, L, O, U: they are misread, or spell things.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
RANDOM_LETTERS, RANDOM_BYTES = 13, 9  # five bits a letter: the last of the bytes is used in part
_OURS = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET)
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_MISREAD = str.maketrans("ILO", "110")


def new_code() -> str:
    """Return a code of thirteen random letters and a check letter."""
    letters = b32encode(os.urandom(RANDOM_BYTES)).decode()[:RANDOM_LETTERS].translate(_OURS)
    return letters + check_letter(letters)


def check_letter(letters: str) -> str:
    """Return the letter that catches one wrong letter, and most swaps of two neighbours.

    Odd weights modulo 32, so that a change of any one letter changes the sum.
    """
    weighted = sum(_VALUES[letter] * (2 * place + 1) for place, letter in enumerate(letters))
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
    return hmac.digest(_key(b"coupon code lookup"), code.encode(), hashlib.sha256)


def seal_code(code: str) -> bytes:
    """Return a code encrypted for keeping."""
    nonce = os.urandom(12)
    return nonce + AESGCM(_key(b"coupon code sealing")).encrypt(nonce, code.encode(), None)


def open_code(sealed: bytes) -> str:
    """Return a code that was sealed here."""
    sealed = bytes(sealed)
    return AESGCM(_key(b"coupon code sealing")).decrypt(sealed[:12], sealed[12:], None).decode()


@cache
def _key(purpose: bytes) -> bytes:
    secret = settings.SECRET_KEY.encode()
    return HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(secret)
