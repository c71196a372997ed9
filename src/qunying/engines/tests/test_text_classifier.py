"""The linear classifier of short texts."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.engines.text_classifier import TextClassifier, train

GOOD = [f"今天天气{word}我们去公园" for word in ("好", "不错", "真好", "可以", "挺好", "一般")]
BAD = [f"加微信{word}领取红包" for word in ("马上", "立即", "快来", "现在", "速来", "赶紧")]
TEXTS, LABELS = GOOD + BAD, ["ok"] * 6 + ["advertisement"] * 6


@pytest.fixture(scope="module")
def classifier():
    return train(TEXTS, LABELS, bits=12, penalty=0.01)


def test_it_learns_what_it_was_shown(classifier):
    best = classifier.scores(["明天天气不错去公园吗", "快加薇信领红包"]).argmax(axis=1)
    assert [classifier.labels[index] for index in best] == ["ok", "advertisement"]


def test_twin_with_the_labels_exchanged_learns_the_opposite():
    exchanged = train(TEXTS, LABELS[::-1], bits=12, penalty=0.01)
    best = exchanged.scores(["明天天气不错去公园吗"]).argmax(axis=1)
    assert exchanged.labels[best[0]] == "advertisement"


def test_the_same_examples_give_the_same_bytes(classifier):
    assert train(TEXTS, LABELS, bits=12, penalty=0.01).to_bytes() == classifier.to_bytes()


def test_what_is_written_is_read_again(classifier):
    again = TextClassifier.from_bytes(classifier.to_bytes())
    assert again.labels == classifier.labels
    assert (again.scores(TEXTS) == classifier.scores(TEXTS)).all()


@settings(max_examples=60)
@given(st.lists(st.text(max_size=40), max_size=8))
def test_scores_are_shares_and_do_not_depend_on_the_company(classifier, texts):
    scores = classifier.scores(texts)
    assert scores.shape == (len(texts), 2)
    assert np.allclose(scores.sum(axis=1), 1)
    alone = np.array([classifier.scores([text])[0] for text in texts]).reshape(-1, 2)
    assert np.allclose(scores, alone)


def test_disguises_make_no_difference(classifier):
    plain, dressed = classifier.scores(["加微信马上领取红包", "加 微\u200b信　馬上 領取紅包"])
    assert np.allclose(plain, dressed)


def test_batches_of_any_length_agree(classifier, monkeypatch):
    texts = [text * 7 for text in TEXTS]
    whole = classifier.scores(texts)
    monkeypatch.setattr("qunying.engines.text_classifier._BATCH_LETTERS", 10)
    assert np.allclose(classifier.scores(texts), whole)


def test_empty_and_enormous_texts(classifier):
    scores = classifier.scores(["", "\n\n", "加微信" * 40_000])
    assert np.allclose(scores[0], scores[1])
    assert np.isfinite(scores).all()


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", b"nonsense", b"\x93NUMPY"])
def test_what_is_no_classifier_is_refused(content):
    with pytest.raises(ValueError, match="classifier"):
        TextClassifier.from_bytes(content)


def test_pickled_objects_are_not_opened(tmp_path):
    file = tmp_path / "evil.npz"
    np.savez(file, weights=np.array([object()]), bias=np.zeros(1), about=np.zeros(1, dtype=np.uint8))
    with pytest.raises(ValueError, match="classifier"):
        TextClassifier.from_bytes(file.read_bytes())


@pytest.mark.parametrize(("texts", "labels"), [(["a"], ["ok"]), (["a", "b"], ["ok"]), ([], [])])
def test_training_needs_two_labels(texts, labels):
    with pytest.raises(ValueError, match="label"):
        train(texts, labels)
