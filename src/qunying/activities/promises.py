"""Promises: the secret of an activity, kept sealed until it is settled, and names under which members appear."""

import secrets
from functools import lru_cache
from uuid import UUID

from qunying.activities.models import Activity
from qunying.engines.public_draw import SECRET_BYTES, public_name
from qunying.engines.sealed_deck import build_deck, split_packet
from qunying.kernel.sealing import seal, unseal


def make_secret(activity: Activity) -> bytes:
    """Give an activity its secret and return it."""
    secret = secrets.token_bytes(SECRET_BYTES)
    activity.sealed_secret = seal(secret.hex())
    activity.name_salt = secrets.token_hex(SECRET_BYTES)
    return secret


def secret_of(activity: Activity) -> bytes:
    """Return the secret of an activity that has one."""
    return bytes.fromhex(unseal(activity.sealed_secret))


def name_of(activity: Activity, member_id: UUID) -> str:
    """Return the name under which a member appears in what is published of an activity."""
    return public_name(str(member_id), bytes.fromhex(activity.name_salt))


@lru_cache(maxsize=16)
def packet_deck(sealed_secret: str, total_minor: int, shares: int) -> tuple[int, ...]:
    """Return the shares of a red packet. They are nowhere stored in the open, so nobody can read them ahead."""
    return tuple(split_packet(total_minor, shares, bytes.fromhex(unseal(sealed_secret))))


@lru_cache(maxsize=16)
def prize_deck(sealed_secret: str, counts: tuple[tuple[str, int], ...], plays: int) -> tuple[str, ...]:
    """Return the cards of a prize deck."""
    return tuple(build_deck(dict(counts), plays, bytes.fromhex(unseal(sealed_secret))))
