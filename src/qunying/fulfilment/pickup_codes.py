"""Codes for picking up: eight digits, kept sealed, found by a keyed hash. Only staff can try one, thirty a minute."""

import secrets

from qunying.fulfilment.models import Fulfilment
from qunying.kernel.sealing import fingerprint, seal, unseal

DIGITS = 8
TRIES_PER_MINUTE = 30


def give_code(found: Fulfilment) -> None:
    """Give a fulfilment a code that no other one has."""
    while True:
        code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
        print_of = code_print(code)
        if not Fulfilment.objects.filter(code_fingerprint=print_of).exists():
            found.sealed_code, found.code_fingerprint = seal(code), print_of
            return


def take_code(found: Fulfilment) -> None:
    """Take the code away, so that it can be given again."""
    found.sealed_code = found.code_fingerprint = ""


def code_print(code: str) -> str:
    """Return what a code is found by."""
    digits = "".join(sign for sign in code if sign.isdecimal() and sign.isascii())
    return fingerprint(f"pickup:{digits}")


def open_code(found: Fulfilment) -> str:
    """Return the code as a member reads it: ``1234 5678``; empty when there is none."""
    code = unseal(found.sealed_code)
    return f"{code[:4]} {code[4:]}" if code else ""
