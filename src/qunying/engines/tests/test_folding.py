"""One spelling for dressed-up text, and the way back."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.folding import fold, fold_origins, readings, skeleton, trace

ANY_TEXT = st.text(
    st.one_of(st.sampled_from("加微信信  ＷｘＶ１①🅰\u200b\u202e1\ufe0f\u20e3é發票。,*"), st.characters())
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ＶＸ：１３８", "vx:138"),
        ("①②❸➃🔟", "123410"),
        ("1️⃣3️⃣8️⃣", "138"),
        ("🅥🆇 🅰🅱🇨", "vx abc"),
        ("а\u200bВ\u2060с", "abc"),
        ("ｗеⅭһаｔ", "wechat"),
        ("jiā wēi xìn", "jia wei xin"),
        ("發票免費領取", "发票免费领取"),
        ("Straße ØŁ", "strase ol"),
    ],
)
def test_disguises_fall_away(written, folded):
    assert fold(written) == folded


def test_the_skeleton_has_letters_and_digits_once_in_a_row():
    assert skeleton("加 * 微 * * 信信信！！") == "加微信"
    assert skeleton("  ，。🎉 ") == ""


@given(ANY_TEXT)
def test_every_character_knows_where_it_came_from(text):
    origins = fold_origins(text)
    folded = fold(text)
    assert len(origins) == len(folded) + 1
    assert origins == sorted(origins)
    assert folded == "".join(fold(text[index]) for index in sorted(set(origins[:-1])))


@given(ANY_TEXT)
def test_a_trace_tells_the_same_skeleton(text):
    traced = trace(text)
    assert traced.text == skeleton(text)
    assert len(traced.starts) == len(traced.ends) == len(traced.runs) == len(traced.text)
    assert len(traced.gaps) == len(traced.text) + 1
    for letter, start, end in zip(traced.text, traced.starts, traced.ends, strict=True):
        assert letter in fold(text[start])
        assert letter in fold(text[end - 1])


@given(ANY_TEXT)
def test_folding_twice_changes_nothing(text):
    once = skeleton(text)
    assert skeleton(once) == once


@given(st.text())
def test_nothing_invisible_is_left(text):
    assert not [c for c in fold(text) if unicodedata.category(c)[0] == "C" and c not in "\t\n\r"]


def test_characters_have_their_readings():
    assert readings()["微"] == ("wei",)
    assert {"hang", "xing"} <= set(readings()["行"])
    assert readings()["女"][0] == "nv"
