"""Single texts: words, signs and opinions become findings, in the words of the catalogue."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qunying.moderation.detection import Finding, Rules, Word, cover, screen_texts

WORDS = (
    Word("代开发票", "spam_advertising", "block"),
    Word("傻瓜", "unfriendly_abuse", "replace", replacement="××"),
    Word("海外直邮", "spam_advertising", "tag", tag="代购"),
)
QUIET = Rules(words=WORDS, link=None, contact=None, advertisement_from=None, abuse_from=None)


def test_a_word_brings_its_violation_action_and_evidence():
    ((finding,), nothing) = screen_texts(["专业 代 开 發 票 啊", "你好"], QUIET)
    assert (finding.detector, finding.violation, finding.action) == ("word", "spam_advertising", "block")
    assert finding.evidence == "代 开 發 票"
    assert nothing == []


def test_a_doubtful_word_is_reviewed_not_blocked():
    ((finding,),) = screen_texts(["代开*发票"], QUIET)
    assert finding.action == "review"
    assert finding.score < 1


def test_replacing_covers_the_word_where_it_was_written():
    text = "你这个 傻\u200b瓜，SHA GUA，谢谢"
    (findings,) = screen_texts([text], QUIET)
    assert cover(text, findings) == "你这个 ××，××，谢谢"
    assert cover("傻瓜", [Finding("word", "v", 1, "傻瓜", "replace", 0, 2)]) == "**"


@example("傻瓜傻 瓜")
@given(st.text("傻瓜 a\u200b，x", max_size=30))
def test_a_covered_text_holds_the_word_no_more(text):
    once = cover(text, screen_texts([text], QUIET)[0])
    assert not [f for f in screen_texts([once], QUIET)[0] if f.action == "replace" and f.evidence in once]


def test_links_and_contacts_by_the_rules():
    texts = ["看 http://evil.top/x 加V：abc12345", "官网 www.shop.example.com 热线400-800-1234"]
    rules = Rules(
        allowed_domains=frozenset({"example.com"}),
        allowed_contacts=frozenset({"4008001234"}),
        contact="block",
        advertisement_from=None,
        abuse_from=None,
    )
    bad, good = screen_texts(texts, rules)
    assert [(f.detector, f.violation, f.action) for f in bad] == [
        ("link", "spam_link", "review"),
        ("contact", "spam_contact", "block"),
    ]
    assert good == []
    lookalike = screen_texts(["http://notexample.com"], rules)[0]
    assert len(lookalike) == 1


@pytest.mark.parametrize(
    ("text", "detector"),
    [
        ("诚招兼职，日赚500元，加微信mm12345，名额有限先到先得！", "advertisement"),
        ("你们这些外地人都是垃圾，滚回老家去吧，看见就恶心", "abuse"),
    ],
)
def test_the_classifier_has_its_say(text, detector):
    rules = Rules(link=None, contact=None)
    ordinary, findings = screen_texts(["请问这个面膜什么时候发货呀", text], rules)
    assert ordinary == []
    assert [finding.detector for finding in findings] == [detector]
    assert findings[0].violation == rules.violations[detector]


@given(st.lists(st.text(), max_size=5))
def test_anything_can_be_screened(texts):
    found = screen_texts(texts, Rules(words=WORDS))
    assert len(found) == len(texts)
    for text, findings in zip(texts, found, strict=True):
        for finding in findings:
            if finding.end > finding.start:
                assert text[finding.start : finding.end] == finding.evidence
