"""Sticky assignment of units to the arms of an experiment by hash.

The arm of a unit depends only on the unit's id, the salt and the shares. It does not depend on the other
units, on the order in which they come, on the machine or on the Python version, so repeating an assignment or
adding members to the audience never moves anybody. Different salts give independent assignments.

Method: the id and the salt are hashed with SHA-256; 60 bits of the digest, taken modulo 10,000, are the
unit's bucket. Hash-based randomisation after Kohavi, Longbotham, Sommerfield and Henne, "Controlled
experiments on the web", Data Mining and Knowledge Discovery 18 (2009), section 4.1.2. 2**60 is no multiple of
10,000; the resulting inequality between buckets is below 1e-14 and without meaning. A plain hash and not
HMAC, because both PostgreSQL and DuckDB can then repeat it for whole tables:

    PostgreSQL  ('x' || left(encode(sha256(convert_to(salt || ':' || id, 'UTF8')), 'hex'), 15))
                    ::bit(60)::bigint % 10000
    DuckDB      ('0x' || left(sha256(salt || ':' || id), 15))::bigint % 10000
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import accumulate
from uuid import UUID

import numpy as np

BUCKETS = 10_000
UUID_TEXT_LENGTH = 36


@dataclass(frozen=True, slots=True)
class Share:
    """One arm's share of the units, in basis points (1/10,000)."""

    name: str
    basis_points: int

    def __post_init__(self) -> None:
        if not self.name:
            raise ValueError("an arm needs a name")
        if not 1 <= self.basis_points <= BUCKETS:
            raise ValueError(f"the share of arm {self.name!r} must be 1 to {BUCKETS} basis points")


def ordered(shares: Sequence[Share]) -> list[Share]:
    """Return the shares in the one order that assignment uses: by name.

    Raises: ValueError when a name repeats or the shares do not add up to 10,000 basis points.
    """
    if len({share.name for share in shares}) != len(shares):
        raise ValueError("every arm needs its own name")
    if sum(share.basis_points for share in shares) != BUCKETS:
        raise ValueError(f"the shares must add up to {BUCKETS} basis points")
    return sorted(shares, key=lambda share: share.name)


def bucket(unit_id: UUID | str, salt: str) -> int:
    """Return the unit's bucket, 0 to 9,999.

    A UUID and its text in either case are the same unit. Raises: ValueError when the salt or the id is empty.
    """
    text = _canonical(unit_id)
    if not salt or not text:
        raise ValueError("the salt and the unit id must not be empty")
    return int(sha256(f"{salt}:{text}".encode()).hexdigest()[:15], 16) % BUCKETS


def assign(unit_id: UUID | str, salt: str, shares: Sequence[Share]) -> str:
    """Return the name of the arm to which the unit belongs.

    The arms occupy consecutive ranges of buckets in the order of their names, whatever the order of `shares`.
    With two arms, raising the share of the first name therefore only adds units to it.

    Raises: ValueError for shares that `ordered` refuses, or an empty salt or id.
    """
    return assign_many([unit_id], salt, shares)[0]


def assign_many(unit_ids: Iterable[UUID | str], salt: str, shares: Sequence[Share]) -> list[str]:
    """Return the arm of every unit, in the order of the ids; equal to calling `assign` for each (1 M in about
    2 s).
    """
    arms = ordered(shares)
    names = [arm.name for arm in arms]
    upper_ends = np.array(list(accumulate(arm.basis_points for arm in arms)), dtype=np.int64)
    buckets = np.fromiter((bucket(unit_id, salt) for unit_id in unit_ids), dtype=np.int64)
    return [names[position] for position in np.searchsorted(upper_ends, buckets, side="right").tolist()]


def _canonical(unit_id: UUID | str) -> str:
    if isinstance(unit_id, UUID):
        return str(unit_id)
    if len(unit_id) == UUID_TEXT_LENGTH:
        try:
            return str(UUID(unit_id))
        except ValueError:
            return unit_id
    return unit_id
