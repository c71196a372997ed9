"""Near-same texts get together, others do not."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qunying.engines import near_duplicates
from qunying.engines.folding import skeleton
from qunying.engines.near_duplicates import group_near_duplicates

LETTERS = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]


def random_text(luck, size=30):
    return "".join(luck.choices(LETTERS, k=size))


def planted(luck, *, families, copies, strangers):
    """Texts of families whose members differ in two letters and some signs, and strangers; with the truth."""
    texts, truth = [], []
    for family in range(families):
        original = random_text(luck)
        for _ in range(copies):
            letters = list(original)
            letters[luck.randrange(30)] = luck.choice(LETTERS)
            letters.insert(luck.randrange(30), luck.choice("🔥！ *~"))
            texts.append("".join(letters))
            truth.append(family)
    for stranger in range(strangers):
        texts.append(random_text(luck))
        truth.append(families + stranger)
    return texts, np.array(truth)


def test_planted_families_are_found_and_nobody_else():
    texts, truth = planted(random.Random(5), families=60, copies=6, strangers=3000)
    groups = group_near_duplicates(texts)
    for family in range(60):
        members = groups[truth == family]
        assert (members == np.bincount(members).argmax()).mean() > 0.8
        assert set(truth[np.isin(groups, members)]) == {family}
    assert len(np.unique(groups[truth >= 60])) == 3000


def test_twin_without_the_exact_check_strangers_get_together(monkeypatch):
    monkeypatch.setattr(near_duplicates, "BANDS", 32)
    monkeypatch.setattr(near_duplicates, "ROWS", 1)
    monkeypatch.setattr(near_duplicates, "_similarity", lambda *_: 1.0)
    luck = random.Random(5)
    texts = ["".join(luck.choices(LETTERS[:60], k=30)) for _ in range(300)]
    assert len(np.unique(group_near_duplicates(texts))) < 300


def test_signs_digits_and_spelling_make_no_difference():
    groups = group_near_duplicates(
        [
            "加我領取免費面膜，电话138x！",
            "加 我 领取免费面膜~电话159x",
            "今天天气真不错我们去公园",
            "好的",
            "收到！",
        ]
    )
    assert groups[0] == groups[1] != groups[2]
    assert groups[3] == groups[4] == -1


@settings(max_examples=50)
@given(st.lists(st.text("加微信公园天气好不错", min_size=0, max_size=20), max_size=12))
def test_equal_texts_share_a_group_and_short_ones_have_none(texts):
    groups = group_near_duplicates(texts)
    assert groups.shape == (len(texts),)
    again = group_near_duplicates([*texts, *texts])
    assert (again[: len(texts)] == again[len(texts) :]).all()
    for left, group in zip(texts, groups, strict=True):
        if group < 0:
            assert len(skeleton(left)) < 8


@pytest.mark.parametrize(("threshold", "shortest"), [(0, 8), (1.5, 8), (0.5, 1)])
def test_nonsense_is_refused(threshold, shortest):
    with pytest.raises(ValueError, match="between"):
        group_near_duplicates(["a"], threshold=threshold, shortest=shortest)
