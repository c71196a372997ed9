"""Watched words are found however they are dressed up, and where they are not they are not."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines import watched_words
from qunying.engines.watched_words import DOUBTFUL, WatchedWord, WordMatcher


def found(words, text):
    matches = WordMatcher([WatchedWord(word) for word in words]).search(text)
    return [(words[match.word], text[match.start : match.end], match.certainty) for match in matches]


@pytest.mark.parametrize(
    "text",
    [
        "快加微信领红包",
        "快 加 微 信 领",
        "加。微。信",
        "加加微微信信",
        "請加微信",
        "jia wei xin",
        "Jiāwēixìn",
        "加wei信",
        "ｊｉａ　ｗｅｉ　ｘｉｎ",
        "J.I.A.W.E.I.X.I.N",
        "加\u200b微\u2060信",
    ],
)
def test_disguised_words_are_found_for_sure(text):
    ((word, _evidence, certainty),) = found(["加微信"], text)
    assert (word, certainty) == ("加微信", 1)


def test_odd_signs_make_it_doubtful():
    assert found(["加微信"], "请加*微信") == [("加微信", "加*微信", DOUBTFUL)]


def test_beside_a_word_another_stands_as_if_alone():
    assert [evidence for _word, evidence, _sure in found(["傻瓜"], "傻瓜傻 瓜")] == ["傻瓜", "傻 瓜"]
    assert found(["傻瓜"], "他傻 瓜果多") == []


@pytest.mark.parametrize(
    ("word", "text"),
    [
        ("口交", "路口，交警在执勤"),
        ("口交", "路口 交警"),
        ("sex", "his ex came"),
        ("ass", "the class passed"),
        ("god", "good morning"),
        ("10086", "100860"),
        ("10086", "10 0 86"),
        ("爸爸", "爸"),
        ("女人", "nv renxxx"),
        ("sb", "sbss"),
    ],
)
def test_what_is_no_such_word_is_left_alone(word, text):
    assert found([word], text) == []


@pytest.mark.parametrize(
    ("word", "text", "evidence"),
    [
        ("+v", "加＋V：abc", "＋V"),
        ("c++", "学C++吗", "C++"),
        ("free money", "FREE   MONEY now", "FREE   MONEY"),
        ("滚", "滚滚滚吧", "滚滚滚"),
        ("god", "my goooood", "goooood"),
        ("sb", "你SB啊", "SB"),
        ("sex", "s e x", "s e x"),
    ],
)
def test_evidence_is_cut_from_what_was_written(word, text, evidence):
    assert [entry[1] for entry in found([word], text)] == [evidence]


def test_pinyin_counts_only_when_wanted():
    matcher = WordMatcher([WatchedWord("加微信", pinyin=False)])
    assert matcher.search("jia wei xin") == []
    assert len(matcher.search("加微信")) == 1


def test_words_that_are_nothing_find_nothing():
    assert found(["", "  ", "\u200b"], "随便 说点\u200b什么") == []


LETTERS = "加微信ab "


@given(st.lists(st.text("加微信", min_size=1, max_size=4), max_size=6), st.text(LETTERS, max_size=30))
def test_no_plain_occurrence_is_missed(words, text):
    """Whatever stands in the text as it is, is found: compared with searching for each word by itself."""
    places = {(entry[0], entry[1]) for entry in found(words, text)}
    for word in words:
        if word in text:
            assert any(entry[0] == word for entry in places), (word, text)


@given(st.text(LETTERS, max_size=20))
def test_places_lie_in_the_text(text):
    for match in WordMatcher([WatchedWord(w) for w in ("加微信", "ab", "信 a")]).search(text):
        assert 0 <= match.start < match.end <= len(text)


def test_ten_thousand_words_do_not_make_it_slower_than_a_few(monkeypatch):
    luck = random.Random(3)
    letters = [chr(code) for code in range(0x4E00, 0x4E00 + 3000)]
    words = ["".join(luck.choices(letters, k=luck.randint(2, 5))) for _ in range(10_000)]
    matcher = WordMatcher([WatchedWord(word) for word in words])
    text = "".join(luck.choices(letters, k=60)) + words[77] + "。" + words[4242]
    looked_at = []
    real = WordMatcher._candidates

    def watched(self, text):
        for candidate in real(self, text):
            looked_at.append(candidate)
            yield candidate

    monkeypatch.setattr(WordMatcher, "_candidates", watched)
    assert {words[match.word] for match in matcher.search(text)} >= {words[77], words[4242]}
    assert len(looked_at) < 20


def test_twin_without_judging_words_are_torn_from_sentences(monkeypatch):
    monkeypatch.setattr(watched_words, "_judge", lambda *_: 1)
    assert found(["口交"], "路口，交警在执勤")
    assert found(["ass"], "the class passed")


def test_a_very_long_text_is_no_trouble():
    text = "shang zhou " * 10_000 + "加微信"
    assert found(["加微信", "上周"], text)[-1][0] == "加微信"
