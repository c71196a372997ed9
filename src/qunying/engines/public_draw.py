"""Draws that anybody can do again: a scheduled draw over frozen entries, and an instant wheel.

The scheduled draw has the shape of RFC 3797. Before it opens, the hash of a secret S, the rules' hash and the
source of a public value P are published, P to be fixed after the close. At the close the entries are frozen and
the root of their Merkle tree (RFC 9162) is published, with who is excluded and why. When P is known,

    seed = SHA-256(S, P, hash of the closing statement, rules' hash)      rank = HMAC-SHA256(seed, entry)

and the ranks are walked upwards, filling the prizes. With S alone the organiser, who knows it, could shape the
entries; with P alone whoever foresees P could. Both, with the entries frozen before P exists, remove both.

The wheel decides each play by HMAC(secret, play number, the member's own nonce), rejection-sampled over whole
weights; the play number is the next serial, so nobody chooses it.
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from qunying.engines.fair_numbers import SeededNumbers, canonical, hash_of

SECRET_BYTES = 32
ALREADY_WON = "already_won"
LEAF, NODE = b"\x00", b"\x01"


def commit_secret(secret: bytes) -> str:
    """Return the promise of a secret (64 hexadecimal digits). Raises: ValueError for one that could be guessed."""
    if len(secret) < SECRET_BYTES:
        raise ValueError(f"the secret has at least {SECRET_BYTES} bytes")
    return hash_of({"secret": secret.hex()})


def public_name(member: str, salt: bytes) -> str:
    """Return the name under which a member appears in one draw: HMAC of the member, 32 hexadecimal digits."""
    return hmac.digest(salt, member.encode(), "sha256").hex()[:32]


def entry_name(owner: str, ticket: int) -> str:
    """Return the name of one ticket of an owner. Raises: ValueError unless tickets count from 1."""
    if ticket < 1 or ":" in owner:
        raise ValueError("a ticket is counted from 1, and its owner has a plain name")
    return f"{owner}:{ticket}"


def owner_of(entry: str) -> str:
    """Return the owner of an entry."""
    return entry.rpartition(":")[0]


def merkle_root(entries: Sequence[str]) -> str:
    """Return the root of the Merkle tree over entries in the given order (RFC 9162), 64 hexadecimal digits."""
    return _root([_leaf(entry) for entry in entries]).hex()


def inclusion_proof(entries: Sequence[str], index: int) -> list[str]:
    """Return the hashes that lead from the entry at ``index`` up to the root, the lowest first.

    Raises: IndexError when there is no such entry.
    """
    if not 0 <= index < len(entries):
        raise IndexError("no such entry")
    return [digest.hex() for digest in _path([_leaf(entry) for entry in entries], index)]


def is_included(entry: str, index: int, count: int, proof: Sequence[str], root: str) -> bool:
    """Tell whether a proof shows that ``entry`` is number ``index`` (from 0) of ``count`` under a root.

    The walk of RFC 9162, 2.1.3.2: no tree is needed.
    """
    if not 0 <= index < count:
        return False
    place, last, digest = index, count - 1, _leaf(entry)
    for sibling in map(bytes.fromhex, proof):
        if last == 0:
            return False
        if place & 1 or place == last:
            digest = _node(sibling, digest)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            digest = _node(digest, sibling)
        place, last = place >> 1, last >> 1
    return last == 0 and hmac.compare_digest(digest.hex(), root)


def _leaf(entry: str) -> bytes:
    return hashlib.sha256(LEAF + entry.encode()).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(NODE + left + right).digest()


def _root(leaves: list[bytes]) -> bytes:
    if not leaves:
        return hashlib.sha256(b"").digest()
    if len(leaves) == 1:
        return leaves[0]
    split = 1 << (len(leaves) - 1).bit_length() - 1
    return _node(_root(leaves[:split]), _root(leaves[split:]))


def _path(leaves: list[bytes], index: int) -> list[bytes]:
    if len(leaves) == 1:
        return []
    split = 1 << (len(leaves) - 1).bit_length() - 1
    if index < split:
        return [*_path(leaves[:split], index), _root(leaves[split:])]
    return [*_path(leaves[split:], index - split), _root(leaves[:split])]


def draw_seed(secret: bytes, public: Mapping[str, Any], closing_hash: str, rules_hash: str) -> str:
    """Return the seed of a draw (64 hexadecimal digits) from everything that was promised and what then happened.

    Args:
        secret: S, whose promise was published before opening.
        public: P as published: source, time and value.
        closing_hash: hash of the closing statement (count, root, excluded, instant of the close).
        rules_hash: hash of the published rules.
    """
    return hash_of(
        {"closing": closing_hash, "public": dict(public), "rules": rules_hash, "secret": secret.hex()}
    )


def rank_entries(seed: str, entries: Sequence[str]) -> list[str]:
    """Return the entries by HMAC-SHA256(seed, entry), lowest first; a tie, in practice impossible, by name."""
    key = bytes.fromhex(seed)
    return sorted(entries, key=lambda entry: (hmac.digest(key, entry.encode(), "sha256"), entry))


@dataclass(frozen=True, slots=True)
class Won:
    """An entry that won: its rank from 1, and the prize."""

    rank: int
    entry: str
    prize: str


@dataclass(frozen=True, slots=True)
class Skipped:
    """An entry that was passed over before the last prize was given, and why."""

    rank: int
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What came of a draw. alternates: who comes next, in this order, should a winner fall out."""

    winners: list[Won]
    skipped: list[Skipped]
    alternates: list[Won]


def draw(
    ranked: Sequence[str],
    prizes: Sequence[tuple[str, int]],
    *,
    excluded: Mapping[str, str],
    alternates: int = 0,
) -> Drawn:
    """Walk ranked entries and fill the prizes, the first prize first; nobody wins twice.

    Args:
        ranked: entries, as ``rank_entries`` orders them.
        prizes: (key, how many), the best first.
        excluded: owner -> why they cannot win; fixed at the close.
        alternates: how many to name after the last prize; their prize is empty.

    Raises: ValueError for a negative count.
    """
    if alternates < 0 or any(count < 0 for _key, count in prizes):
        raise ValueError("counts are at least 0")
    wanted = [key for key, count in prizes for _ in range(count)] + [""] * alternates
    winners, skipped, reserves, lucky = list[Won](), list[Skipped](), list[Won](), set[str]()
    for rank, entry in enumerate(ranked, 1):
        if len(lucky) == len(wanted):
            break
        owner = owner_of(entry)
        reason = excluded.get(owner) or (ALREADY_WON if owner in lucky else "")
        if reason:
            skipped.append(Skipped(rank, entry, reason))
            continue
        prize = wanted[len(lucky)]
        (winners if prize else reserves).append(Won(rank, entry, prize))
        lucky.add(owner)
    return Drawn(winners, skipped, reserves)


def spin(secret: bytes, play: int, nonce: str, weights: Sequence[tuple[str, int]]) -> str:
    """Return what a play of the wheel lands on.

    Args:
        secret: the wheel's secret, promised before the first play.
        play: the serial of the play.
        nonce: what the member's browser sent.
        weights: (key, weight) in the order of the published rules; whole, at least 0, not all 0.

    Raises: ValueError for weights that leave nothing to land on.
    """
    if any(weight < 0 for _key, weight in weights) or not sum(weight for _key, weight in weights):
        raise ValueError("weights are at least 0, and not all of them 0")
    label = canonical(["spin", play, nonce]).decode()
    place = SeededNumbers(secret, label).below(sum(weight for _key, weight in weights))
    for key, weight in weights:
        if place < weight:
            return key
        place -= weight
    raise AssertionError("a place below the sum is within one of the weights")
