"""Patterns of keyword replies."""

from time import process_time

import pytest

from qunying.engines.search_terms import query_of, terms_of
from qunying.engines.wildcards import matches


@pytest.mark.parametrize(
    ("pattern", "text", "fits"),
    [
        ("运费", "请问运费多少", True),
        ("退货*怎么", "退货的话怎么办", True),
        ("退货*怎么", "怎么退货", False),
        ("运费|邮费", "邮费谁出", True),
        ("RETURN", "how to Ｒeturn?", True),
        ("优?券", "优惠券", True),
        ("优?券", "优惠的券", False),
        ("优惠券", "优\u200b惠\u202e券", True),
        ("*", "什么都行", False),
        ("|", "什么都行", False),
        ("a?c*d", "abd acc xxd abc d", True),
        ("ship  ping", "ship ping", True),
    ],
)
def test_what_fits(pattern: str, text: str, fits: bool) -> None:
    assert matches(pattern, text) is fits


def test_no_text_makes_a_pattern_slow() -> None:
    started = process_time()
    assert not matches("a?" * 40 + "*" + "a?" * 40 + "b", "a" * 100_000)
    assert process_time() - started < 0.5


def test_terms() -> None:
    assert terms_of("优惠券 ABC，券") == ["优惠", "惠券", "券", "abc"]
    assert terms_of("") == terms_of("！？") == []
    assert terms_of("x" * 100) == ["x" * 64]
    assert query_of("优惠券 re Return 券") == "'优惠' & '惠券' & 're' & 'return':* & '券':*"
    assert query_of("'; -- \\") == ""
