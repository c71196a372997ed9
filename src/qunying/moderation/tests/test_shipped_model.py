"""The shipped classifier: how good it is on texts that it was not trained on, and where it comes from."""

import random
from pathlib import Path

import pytest

from qunying.moderation.detection import Rules, screen_texts
from qunying.moderation.detection.model import SHIPPED, read_classifier
from qunying.moderation.training.fitting import fit, measure
from qunying.moderation.training.labelled import read_labelled
from qunying.moderation.training.shop_talk import write_shop_talk


def lines_of(name):
    return Path(__file__).with_name(name).read_text("utf-8").splitlines()


def label_of(texts):
    classifier = read_classifier(SHIPPED)
    return [classifier.labels[index] for index in classifier.scores(texts).argmax(axis=1)]


def quality(examples):
    return {q.label: (q.precision, q.recall) for q in measure(read_classifier(SHIPPED), examples)}


def test_abuse_is_found_as_stated(shared_data):
    found = quality(list(read_labelled(shared_data / "moderation_zh" / "cold_dev.csv.gz", "abuse")))
    assert found["abuse"][0] >= 0.90
    assert found["abuse"][1] >= 0.865
    assert min(found["ok"]) >= 0.87


def test_advertisements_are_found_as_stated_among_texts_of_another_kind(shared_data):
    file = shared_data / "moderation_zh" / "spam_sms_train.csv.gz"
    found = quality([example for example in read_labelled(file, "advertisement") if example.kept_back])
    assert found["advertisement"][0] >= 0.84
    assert found["advertisement"][1] >= 0.81
    assert min(found["ok"]) >= 0.96


def test_findings_begin_where_nineteen_of_twenty_are_right(shared_data):
    folder, rules = shared_data / "moderation_zh", Rules(link=None, contact=None)
    for name, label in (("cold_dev", "abuse"), ("spam_sms_train", "advertisement")):
        examples = list(read_labelled(folder / f"{name}.csv.gz", label))
        if label == "advertisement":
            examples = [example for example in examples if example.kept_back]
        findings = screen_texts([example.text for example in examples], rules)
        found = [
            example.label == label
            for example, of_it in zip(examples, findings, strict=True)
            if label in {finding.detector for finding in of_it}
        ]
        assert sum(found) / len(found) >= 0.95


def test_ordinary_talk_is_left_alone():
    """Written by hand, not from the patterns of the training."""
    talk = lines_of("ordinary_talk.txt")
    assert len(talk) >= 150
    wrong = [text for text, label in zip(talk, label_of(talk), strict=True) if label != "ok"]
    assert len(wrong) <= len(talk) / 100, wrong
    assert not any(screen_texts(talk, Rules(link=None, contact=None)))
    made_up = set(write_shop_talk(20_000, random.Random(1)))
    assert len(made_up.intersection(talk)) <= len(talk) / 100, "what was trained on proves nothing"


def test_plain_insults_are_mostly_known():
    insults = lines_of("plain_insults.txt")
    assert label_of(insults).count("abuse") >= 0.75 * len(insults)


def test_the_file_is_small_and_without_objects():
    assert SHIPPED.stat().st_size < 1_000_000
    assert set(read_classifier(SHIPPED).labels) == {"ok", "advertisement", "abuse"}


@pytest.mark.full
def test_training_again_gives_the_shipped_file(shared_data):
    examples = list(read_labelled(shared_data / "moderation_zh" / "cold_train.csv.gz", "abuse"))
    assert fit(examples).to_bytes() == SHIPPED.read_bytes()
