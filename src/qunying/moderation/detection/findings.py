"""What detection is told and what it answers: rules in, findings out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Literal

from qunying.engines.watched_words import WatchedWord, WordMatcher

type Action = Literal["block", "review", "replace", "tag"]
type Detector = Literal[
    "word", "link", "qr_code", "contact", "advertisement", "abuse", "flood", "duplicate", "ring"
]

# Which violation of the catalogue a detector speaks of. Watched words name their own.
VIOLATIONS: Mapping[Detector, str] = MappingProxyType(
    {
        "link": "spam_link",
        "qr_code": "spam_link",
        "contact": "spam_contact",
        "advertisement": "spam_advertising",
        "abuse": "unfriendly_abuse",
        "flood": "spam_flooding",
        "duplicate": "spam_repeated",
        "ring": "spam_allied_accounts",
    }
)


@dataclass(frozen=True)
class Finding:
    """One thing that a detector holds against a text.

    Args:
        detector: who says so.
        violation: of the catalogue.
        score: how sure, 0 to 1.
        evidence: cut from the text as it was written.
        action: what the rules want done.
        start: where the evidence begins in the text, in characters.
        end: where it ends, exclusive; equal to ``start`` when the finding is about the whole text.
        replacement: what stands in its place after ``replace``.
        tag: what the text is tagged with after ``tag``.
    """

    detector: Detector
    violation: str
    score: float
    evidence: str
    action: Action
    start: int = 0
    end: int = 0
    replacement: str = ""
    tag: str = ""


@dataclass(frozen=True)
class Word:
    """A watched word.

    Args:
        text: the word or phrase, in any spelling; Chinese words are also found written in pinyin.
        violation: of the catalogue.
        action: what is done where it is found.
        replacement: for ``replace``; stars of the same length when empty.
        tag: for ``tag``.
        pinyin: whether the pinyin spelling counts too.
    """

    text: str
    violation: str
    action: Action = "review"
    replacement: str = ""
    tag: str = ""
    pinyin: bool = True


@dataclass(frozen=True, eq=False)
class Rules:
    """All that texts are screened by. Keep the object while it holds: the words are prepared once.

    Args:
        words: watched words, any number.
        allowed_domains: domains (with everything below them) that may be linked.
        allowed_contacts: telephone numbers, account ids and addresses that may be given, as digits or lower-case letters.
        link: what is done about other links and about QR codes; None to leave them alone.
        contact: what is done about phone numbers, WeChat ids and QQ numbers.
        advertisement_from: the score from which the classifier's word counts; None to leave it out.
        abuse_from: likewise.
        flood_limit: texts of one author within ``flood_seconds`` that are still bearable.
        flood_seconds: the window.
        duplicate_limit: near-same texts of one author within ``duplicate_seconds`` that are still bearable.
        duplicate_seconds: the window.
        ring_authors: so many authors of near-same texts within ``ring_seconds`` act in concert.
        ring_seconds: the window.
        violations: the violation that each detector speaks of.
    """

    words: tuple[Word, ...] = ()
    allowed_domains: frozenset[str] = frozenset()
    allowed_contacts: frozenset[str] = frozenset()
    link: Action | None = "review"
    contact: Action | None = "review"
    advertisement_from: float | None = 0.85
    abuse_from: float | None = 0.8
    flood_limit: int = 8
    flood_seconds: int = 60
    duplicate_limit: int = 2
    duplicate_seconds: int = 86_400
    ring_authors: int = 4
    ring_seconds: int = 3_600
    violations: Mapping[Detector, str] = field(default=VIOLATIONS)

    @cached_property
    def matcher(self) -> WordMatcher:
        """The words, prepared for searching."""
        return WordMatcher([WatchedWord(word.text, pinyin=word.pinyin) for word in self.words])
