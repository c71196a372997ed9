"""Fitting the classifier, and saying how good it is."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from qunying.engines.text_classifier import TextClassifier, train
from qunying.moderation.training.adverts import write_adverts
from qunying.moderation.training.chatter import write_chatter
from qunying.moderation.training.insults import write_insults
from qunying.moderation.training.labelled import LABELS, Labelled
from qunying.moderation.training.shop_talk import write_shop_talk

ADVERTS, CHATTER, SHOP_TALK, INSULTS = 16_000, 16_000, 28_000, 4_000
SEED = 20_261_122
BITS, PENALTY = 18, 0.3


@dataclass(frozen=True)
class Quality:
    """How often a label is right.

    Args:
        label: which.
        precision: of the texts given the label, the share that has it; None when none was given it.
        recall: of the texts that have it, the share that was given it; None when none has it.
        texts: how many have it.
    """

    label: str
    precision: float | None
    recall: float | None
    texts: int


def fit(examples: Sequence[Labelled], *, made_up: bool = True) -> TextClassifier:
    """Return a classifier fitted to the examples and, unless told otherwise, to what is made up: advertisements, chatter, talk of
    shops and plain insults.

    The same examples give the same classifier, byte for byte.

    Raises:
        ValueError: one of the three labels has no example.
    """
    luck = random.Random(SEED)  # noqa: S311 - for variety, not for secrets
    examples = list(examples)
    if made_up:
        examples += [Labelled(text, "advertisement") for text in write_adverts(ADVERTS, luck)]
        examples += [Labelled(text, "ok") for text in write_chatter(CHATTER, luck)]
        examples += [Labelled(text, "ok") for text in write_shop_talk(SHOP_TALK, luck)]
        examples += [Labelled(text, "abuse") for text in write_insults(INSULTS, luck)]
    counts = {label: sum(example.label == label for example in examples) for label in LABELS}
    if not all(counts.values()):
        raise ValueError("training needs examples of ok, advertisement and abuse")
    return train(
        [example.text for example in examples],
        [example.label for example in examples],
        bits=BITS,
        penalty=PENALTY,
        notes={"texts": counts, "made up": made_up, "penalty": PENALTY},
    )


def measure(classifier: TextClassifier, examples: Sequence[Labelled]) -> list[Quality]:
    """Return the quality of each label on examples that the classifier has not seen."""
    best = classifier.scores([example.text for example in examples]).argmax(axis=1)
    given = [classifier.labels[index] for index in best]
    qualities = []
    for label in LABELS:
        right = sum(example.label == guess == label for example, guess in zip(examples, given, strict=True))
        having = sum(example.label == label for example in examples)
        called = given.count(label)
        qualities.append(
            Quality(label, right / called if called else None, right / having if having else None, having)
        )
    return qualities
