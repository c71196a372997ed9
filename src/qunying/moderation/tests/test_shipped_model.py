"""The shipped classifier: how good it is on texts that it was not trained on, and where it comes from."""

import pytest

from qunying.moderation.detection.model import SHIPPED, read_classifier
from qunying.moderation.training.fitting import fit, measure
from qunying.moderation.training.labelled import read_labelled


def quality(examples):
    return {q.label: (q.precision, q.recall) for q in measure(read_classifier(SHIPPED), examples)}


def test_abuse_is_found_as_stated(shared_data):
    found = quality(list(read_labelled(shared_data / "moderation_zh" / "cold_dev.csv.gz", "abuse")))
    assert found["abuse"] >= (0.90, 0.86)
    assert found["abuse"][1] >= 0.86
    assert min(found["ok"]) >= 0.87


def test_advertisements_are_found_as_stated_among_texts_of_another_kind(shared_data):
    file = shared_data / "moderation_zh" / "spam_sms_train.csv.gz"
    found = quality([example for example in read_labelled(file, "advertisement") if example.kept_back])
    assert found["advertisement"][0] >= 0.75
    assert found["advertisement"][1] >= 0.80
    assert min(found["ok"]) >= 0.94


def test_the_file_is_small_and_without_objects():
    assert SHIPPED.stat().st_size < 1_000_000
    assert set(read_classifier(SHIPPED).labels) == {"ok", "advertisement", "abuse"}


@pytest.mark.full
def test_training_again_gives_the_shipped_file(shared_data):
    examples = list(read_labelled(shared_data / "moderation_zh" / "cold_train.csv.gz", "abuse"))
    assert fit(examples).to_bytes() == SHIPPED.read_bytes()
