import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.chat_marks import asks_something, topics_in


@pytest.mark.parametrize(
    ("text", "topics"),
    [
        ("#防晒# 今天好热 #Sun #sun", ["防晒", "Sun"]),
        ("＃补水＃和#敏感肌 护理", ["补水", "敏感肌"]),
        ("number #1, C# and https://a.example/#part", []),
        ("#" + "x" * 30, []),
        ("#a, b#", ["a"]),
        ("#spf 50#", ["spf 50"]),
        (" ".join(f"#t{number}x" for number in range(9)), ["t0x", "t1x", "t2x", "t3x", "t4x"]),
        ("", []),
    ],
)
def test_topics_are_found(text, topics):
    assert topics_in(text) == topics


@pytest.mark.parametrize(
    "text",
    [
        "这个怎么用",
        "有人知道在哪买吗",
        "多少钱",
        "What?",
        "请问发货了没有",
        "how do I install it",
        "真的吗！",
        "Does it have a lid",
    ],
)
def test_questions_are_seen(text):
    assert asks_something(text)


@pytest.mark.parametrize(
    "text", ["好的，谢谢", "收到", "I like it", "https://a.example/?q=1", "明天上新", "", "how nice!"]
)
def test_statements_are_not_questions(text):
    assert not asks_something(text)


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    names = topics_in(text)
    assert all(0 < len(name) <= 20 and "," not in name for name in names)
    assert len(names) == len({name.casefold() for name in names}) <= 5
    assert asks_something(text) in {True, False}
