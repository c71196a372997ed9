"""The classifier of this installation: the shipped one, or one that was trained here."""

import os
from functools import cache
from pathlib import Path

from qunying.engines.text_classifier import TextClassifier

LABELS = ("abuse", "advertisement", "ok")
SHIPPED = Path(__file__).parent / "text_model.npz"


@cache
def shipped_classifier() -> TextClassifier:
    """Return the classifier from the file that ``QUNYING_TEXT_MODEL`` names, else the shipped one.

    Raises:
        OSError: the file cannot be read.
        ValueError: it holds no classifier with the labels ok, advertisement and abuse.
    """
    return read_classifier(Path(os.environ.get("QUNYING_TEXT_MODEL") or SHIPPED))


def read_classifier(path: Path) -> TextClassifier:
    """Return the classifier that a file holds. Raises: OSError, ValueError as above."""
    classifier = TextClassifier.from_bytes(path.read_bytes())
    if set(classifier.labels) != set(LABELS):
        raise ValueError("the classifier does not know the labels ok, advertisement and abuse")
    return classifier
