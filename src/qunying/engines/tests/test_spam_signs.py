"""Links, codes and ways to be reached."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qunying.engines.spam_signs import find_signs


@pytest.mark.parametrize(
    ("text", "kind", "value", "evidence"),
    [
        (
            "看 https://evil.example.com/a?b=1，快",
            "link",
            "evil.example.com",
            "https://evil.example.com/a?b=1",
        ),
        ("ｗｗｗ．ｂａｉｄｕ．ｃｏｍ", "link", "www.baidu.com", "ｗｗｗ．ｂａｉｄｕ．ｃｏｍ"),
        ("访问 taobao 点 com 哦", "link", "taobao.com", "taobao 点 com"),
        ("打开hxxp://1.2.3.4/x", "link", "1.2.3.4", "hxxp://1.2.3.4/x"),
        ("https://u.wechat.com/xyz", "qr_code", "u.wechat.com", "https://u.wechat.com/xyz"),
        ("长按识别二维码", "qr_code", None, "长按识别二维码"),
        ("复制￥abC123DEfgh￥打开", "share_code", "abc123defgh", "￥abC123DEfgh￥"),
        ("电话 138-0013-8000 找我", "phone", "13800138000", "138-0013-8000"),
        ("一三八零零一三八零零零", "phone", "13800138000", "一三八零零一三八零零零"),
        ("①③⑧００138 0 0 0", "phone", "13800138000", "①③⑧００138 0 0 0"),
        ("加V：abc12345", "wechat", "abc12345", "加V：abc12345"),
        ("薇信号 wxid_88abc", "wechat", "wxid_88abc", "薇信号 wxid_88abc"),
        ("QQ群：123456789", "qq", "123456789", "QQ群：123456789"),
        ("tg @spam_bot", "telegram", "spam_bot", "tg @spam_bot"),
        ("写信给 a.b@c.com 吧", "email", "a.b@c.com", "a.b@c.com"),
    ],
)
def test_signs_are_found_in_any_dress(text, kind, value, evidence):
    (sign,) = find_signs(text)
    assert sign.kind == kind
    assert value in (None, sign.value)
    assert text[sign.start : sign.end] == evidence


@pytest.mark.parametrize(
    "text",
    [
        "订单号 202611220013800138",
        "快递单号 SF1234567890123",
        "今天12.30元，3.5折",
        "2026.11.22 12:30 集合",
        "号码是多少",
        "三四五六七八九",
        "好的.谢谢",
        "微信支付可以吗",
        "买了QQ糖100包",
        "ok.thanks",
        "",
    ],
)
def test_ordinary_talk_has_none(text):
    assert find_signs(text) == []


@given(st.text(st.sampled_from("a1.点/:@微信qv加一 ￥码扫h tp加\n。"), max_size=60))
def test_signs_lie_in_the_text_and_apart(text):
    reached = 0
    for sign in find_signs(text):
        assert reached <= sign.start < sign.end <= len(text)
        reached = sign.end


@pytest.mark.parametrize(
    "piece", ["a点", "a.", "1 ", "http://", "微信", "加v", "a@", "￥a1", "扫", "一1", "qq群", "x@a.", "www."]
)
def test_hostile_repetition_takes_no_time(piece):
    started = time.process_time()
    find_signs(piece * (100_000 // len(piece)))
    assert time.process_time() - started < 3
