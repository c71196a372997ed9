"""Screening what people say, beside a plain search for the same words; on one core."""

import re
from collections.abc import Iterator
from dataclasses import replace

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

MESSAGES = 20_000
WORDS = 10_000


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:  # noqa: ARG001 - needs no database
    """Measure on made-up messages, some of them spam."""
    from qunying.engines.near_duplicates import group_near_duplicates
    from qunying.moderation.detection import Word, screen_texts
    from qunying.moderation.tests import planted

    texts = [post.text for post in planted.plant(MESSAGES // divisor).posts]
    watched = [*planted.WORDS, *(Word(text, "spam_advertising") for text in _made_up(WORDS))]
    pattern = re.compile("|".join(re.escape(word.text) for word in watched))
    plain = Way(lambda _place: [pattern.search(text) for text in texts])
    rules = replace(planted.RULES, words=tuple(watched))
    everything = replace(rules, advertisement_from=0.9, abuse_from=0.9)
    for name, asked in ((f"{WORDS:,} words and spam rules", rules), ("… and the classifier", everything)):
        screen_texts(texts[:1], asked)  # words are prepared once, not for each batch
        ours = Way(lambda _place, asked=asked: screen_texts(texts, asked))
        yield compare(
            name,
            unit="messages",
            amount=len(texts),
            ours=ours,
            reference=plain,
            reference_name="re, same words, as written",
            repeats=3,
        )
    yield compare(
        "near-same texts",
        unit="messages",
        amount=len(texts),
        ours=Way(lambda _place: group_near_duplicates(texts)),
        reference=Way(lambda _place: set(texts)),
        reference_name="set(), equal texts only",
        repeats=3,
    )


def _made_up(count: int) -> list[str]:
    """Return so many different words of three letters that nobody uses."""
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 90)]
    return [letters[n // 8100] + letters[n // 90 % 90] + letters[n % 90] for n in range(count)]
