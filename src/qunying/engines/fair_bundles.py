"""What is published after a draw, a deck or a wheel has closed, so that anybody can do it again.

Plain JSON values only. ``verify_draw.py`` beside this file, which needs nothing but Python, checks them all; every
field is bound, either because it is calculated again or by the digest over the whole.

Rules are published as {"activity", "kind", "settings": {...}, …}. Settings of a draw: ``prizes`` [{key, count, …}] best
first, ``alternates``, ``sources``; of a deck: ``total_minor`` and ``shares``, or ``prizes`` and ``plays``; of a wheel:
``prizes`` [{key, count, weight, …}], ``blank_weight`` and ``fallback`` (what is given when a prize has run out). Entries of a
guess are ``<name>:<guess>``; the public value is the outcome, and only who guessed it takes part in the draw. A quiz publishes
the right answers that were promised, and everybody's answers with their score. A live session publishes its watchwords in the order of
the ``words`` of its rules [{key, prize, …}], and who said which, with the prize that was given (empty when none was left).
A game of pairs has ``products``, ``moves``, and
``within``: in at most how many moves each of ``prizes`` is won, the fewest first.
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
GUESS_FORMAT, QUIZ_FORMAT, WORDS_FORMAT = "qunying-guess-1", "qunying-quiz-1", "qunying-words-1"
PAIRS_FORMAT = "qunying-pairs-1"


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
    guessed: bool = False,
) -> dict[str, Any]:
    """Draw, and return the whole of it: promises, entries, seed, winners, who was skipped and why, alternates.

    Args:
        guessed: entries end in what was guessed, and only those that end in the public value are drawn from.

    Raises: ValueError when the entries are not those of the closing statement.
    """
    entries = sorted(entries)
    if merkle_root(entries) != closing["root"] or len(entries) != closing["count"]:
        raise ValueError("these are not the entries that were closed")
    settings, rules_hash = rules["settings"], hash_of(dict(rules))
    seed = draw_seed(secret, public, hash_of(dict(closing)), rules_hash)
    drawn = draw(
        rank_entries(seed, right_entries(entries, public["value"]) if guessed else entries),
        [(prize["key"], prize["count"]) for prize in settings["prizes"]],
        excluded=closing["excluded"],
        alternates=settings["alternates"],
    )
    return _sealed(
        {
            "format": GUESS_FORMAT if guessed else DRAW_FORMAT,
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


def right_entries(entries: Sequence[str], outcome: str) -> list[str]:
    """Return the entries of a guess, ``<name>:<guess>``, that guessed the outcome."""
    return [entry for entry in entries if entry.rpartition(":")[2] == outcome]


def score_of(answers: Sequence[str], said: str) -> int:
    """Return how many answers of a quiz are right; ``said`` has them with bars between them."""
    return sum(right == one for right, one in zip(answers, said.split("|"), strict=True))


def quiz_bundle(
    *, rules: Mapping[str, Any], answers: list[str], salt: bytes, said: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the right answers of a quiz as they were promised, and what was said: ``said`` [{by, said, score}]."""
    rules_hash = hash_of(dict(rules))
    return _sealed(
        {
            "format": QUIZ_FORMAT,
            "rules": dict(rules),
            "rules_hash": rules_hash,
            "commitment": commit_deck(answers, rules_hash, salt),
            "salt": salt.hex(),
            "answers": list(answers),
            "said": sorted((dict(row) for row in said), key=lambda row: str(row["by"])),
        }
    )


def words_bundle(
    *, rules: Mapping[str, Any], words: list[str], salt: bytes, said: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the watchwords of a live session as they were promised, and who said which: ``said`` [{by, word, given}]."""
    rules_hash = hash_of(dict(rules))
    return _sealed(
        {
            "format": WORDS_FORMAT,
            "rules": dict(rules),
            "rules_hash": rules_hash,
            "commitment": commit_deck(words, rules_hash, salt),
            "salt": salt.hex(),
            "words": list(words),
            "said": sorted((dict(row) for row in said), key=lambda row: (str(row["word"]), str(row["by"]))),
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
    return _plays(WHEEL_FORMAT, rules, secret, plays)


def pairs_bundle(
    *, rules: Mapping[str, Any], secret: bytes, plays: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    """Return the secret of a game of pairs and all plays: ``plays`` [{play, by, turned: [card, …], given}], in order."""
    return _plays(PAIRS_FORMAT, rules, secret, plays)


def _plays(
    spelling: str, rules: Mapping[str, Any], secret: bytes, plays: Sequence[Mapping[str, Any]]
) -> dict[str, Any]:
    return _sealed(
        {
            "format": spelling,
            "rules": dict(rules),
            "rules_hash": hash_of(dict(rules)),
            "commitment": commit_secret(secret),
            "secret": secret.hex(),
            "plays": [dict(play) for play in plays],
        }
    )


def _sealed(bundle: dict[str, Any]) -> dict[str, Any]:
    return {**bundle, "digest": hash_of(bundle)}
