"""What is published after a draw, a deck or a wheel has closed, so that anybody can do it again.

Plain JSON values only. ``verify_draw.py`` beside this file, which needs nothing but Python, checks them all; every
field is bound, either because it is calculated again or by the digest over the whole.

Rules are published as {"activity", "kind", "settings": {...}, …}. Settings of a draw: ``prizes`` [{key, count, …}] best
first, ``alternates``, ``sources``; of a deck: ``total_minor`` and ``shares``, or ``prizes`` and ``plays``; of a wheel:
``prizes`` [{key, count, weight, …}], ``blank_weight`` and ``fallback`` (what is given when a prize has run out).
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from qunying.engines.fair_numbers import hash_of
from qunying.engines.public_draw import (
    commit_secret,
    draw,
    draw_seed,
    merkle_root,
    rank_entries,
)
from qunying.engines.sealed_deck import commit_deck

DRAW_FORMAT, DECK_FORMAT, WHEEL_FORMAT = "qunying-draw-1", "qunying-deck-1", "qunying-wheel-1"


def closing_statement(entries: Sequence[str], excluded: Mapping[str, str], closed_at: str) -> dict[str, Any]:
    """Return what is published at the close of a draw; entries are sorted first."""
    return {
        "closed_at": closed_at,
        "count": len(entries),
        "excluded": dict(excluded),
        "root": merkle_root(sorted(entries)),
    }


def draw_bundle(
    *,
    rules: Mapping[str, Any],
    secret: bytes,
    public: Mapping[str, str],
    entries: Sequence[str],
    closing: Mapping[str, Any],
) -> dict[str, Any]:
    """Draw, and return the whole of it: promises, entries, seed, winners, who was skipped and why, alternates.

    Raises: ValueError when the entries are not those of the closing statement.
    """
    entries = sorted(entries)
    if merkle_root(entries) != closing["root"] or len(entries) != closing["count"]:
        raise ValueError("these are not the entries that were closed")
    settings, rules_hash = rules["settings"], hash_of(dict(rules))
    seed = draw_seed(secret, public, hash_of(dict(closing)), rules_hash)
    drawn = draw(
        rank_entries(seed, entries),
        [(prize["key"], prize["count"]) for prize in settings["prizes"]],
        excluded=closing["excluded"],
        alternates=settings["alternates"],
    )
    return _sealed(
        {
            "format": DRAW_FORMAT,
            "rules": dict(rules),
            "rules_hash": rules_hash,
            "commitment": commit_secret(secret),
            "secret": secret.hex(),
            "public": dict(public),
            "closing": dict(closing),
            "entries": entries,
            "seed": seed,
            "winners": [asdict(won) for won in drawn.winners],
            "skipped": [asdict(skip) for skip in drawn.skipped],
            "alternates": [asdict(won) for won in drawn.alternates],
        }
    )


def deck_bundle(
    *, rules: Mapping[str, Any], deck: list[int] | list[str], salt: bytes, opened: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a deck with its salt and who opened which card: ``opened`` [{serial, by, card}]."""
    rules_hash = hash_of(dict(rules))
    return _sealed(
        {
            "format": DECK_FORMAT,
            "rules": dict(rules),
            "rules_hash": rules_hash,
            "commitment": commit_deck(deck, rules_hash, salt),
            "salt": salt.hex(),
            "deck": list(deck),
            "opened": sorted((dict(card) for card in opened), key=lambda card: int(card["serial"])),
        }
    )


def wheel_bundle(
    *, rules: Mapping[str, Any], secret: bytes, plays: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return a wheel's secret and all of its plays: ``plays`` [{play, by, nonce, landed, given}], in order."""
    return _sealed(
        {
            "format": WHEEL_FORMAT,
            "rules": dict(rules),
            "rules_hash": hash_of(dict(rules)),
            "commitment": commit_secret(secret),
            "secret": secret.hex(),
            "plays": [dict(play) for play in plays],
        }
    )


def _sealed(bundle: dict[str, Any]) -> dict[str, Any]:
    return {**bundle, "digest": hash_of(bundle)}
