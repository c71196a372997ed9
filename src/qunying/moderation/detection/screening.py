"""What single texts have against them: watched words, signs of advertising, the classifier's opinion."""

from collections.abc import Iterator, Sequence

from qunying.engines.spam_signs import Sign, find_signs
from qunying.moderation.detection.findings import Action, Detector, Finding, Rules
from qunying.moderation.detection.model import shipped_classifier

_LONGEST_EVIDENCE = 200
_MILDER: dict[Action, Action] = {"block": "review", "replace": "review"}
_SIGN_DETECTORS: dict[str, Detector] = {"link": "link", "share_code": "link", "qr_code": "qr_code"}


def screen_texts(texts: Sequence[str], rules: Rules) -> list[list[Finding]]:
    """Return what each text has against it, in the order of the texts; the classifier's opinions come last.

    A word that could only be found by taking odd signs out of a text is doubtful: instead of being blocked or replaced it is
    to be reviewed.
    """
    found = [[*_words(text, rules), *_signs(text, rules)] for text in texts]
    if rules.advertisement_from is not None or rules.abuse_from is not None:
        for findings, finding in zip(found, _opinions(texts, rules), strict=True):
            findings.extend(finding)
    return found


def cover(text: str, findings: Sequence[Finding]) -> str:
    """Return the text with the words that are to be replaced replaced; where they overlap, the one that begins first counts."""
    parts, reached = [], 0
    for finding in sorted(findings, key=lambda finding: (finding.start, -finding.end)):
        if finding.action == "replace" and finding.start >= reached and finding.end > finding.start:
            parts.append(text[reached : finding.start])
            stars = "*" * (finding.end - finding.start)
            parts.append((finding.replacement or stars) + "\n" * text.count("\n", finding.start, finding.end))
            reached = finding.end
    return "".join([*parts, text[reached:]])


def _words(text: str, rules: Rules) -> Iterator[Finding]:
    for match in rules.matcher.search(text) if rules.words else ():
        word = rules.words[match.word]
        yield Finding(
            detector="word",
            violation=word.violation,
            score=match.certainty,
            evidence=text[match.start : match.end],
            action=word.action if match.certainty == 1 else _MILDER.get(word.action, word.action),
            start=match.start,
            end=match.end,
            replacement=word.replacement,
            tag=word.tag,
        )


def _signs(text: str, rules: Rules) -> Iterator[Finding]:
    if rules.link is None and rules.contact is None:
        return
    for sign in find_signs(text):
        detector = _SIGN_DETECTORS.get(sign.kind, "contact")
        action = rules.contact if detector == "contact" else rules.link
        if action is not None and not _allowed(sign, rules):
            yield Finding(
                detector=detector,
                violation=rules.violations[detector],
                score=sign.score,
                evidence=text[sign.start : sign.end],
                action=action,
                start=sign.start,
                end=sign.end,
            )


def _allowed(sign: Sign, rules: Rules) -> bool:
    if sign.value in rules.allowed_contacts:
        return True
    parts = sign.value.split(".")
    return any(".".join(parts[first:]) in rules.allowed_domains for first in range(len(parts)))


def _opinions(texts: Sequence[str], rules: Rules) -> Iterator[list[Finding]]:
    """Yield the classifier's findings about each text."""
    limits: list[tuple[Detector, float | None]] = [
        ("advertisement", rules.advertisement_from),
        ("abuse", rules.abuse_from),
    ]
    classifier = shipped_classifier()
    scores = classifier.scores(texts).tolist()
    for text, row in zip(texts, scores, strict=True):
        by_label = dict(zip(classifier.labels, row, strict=True))
        yield [
            Finding(
                detector,
                rules.violations[detector],
                round(by_label[detector], 4),
                text[:_LONGEST_EVIDENCE],
                "review",
            )
            for detector, least in limits
            if least is not None and by_label[detector] >= least
        ]
