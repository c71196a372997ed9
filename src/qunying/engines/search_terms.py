"""From text to search terms: words where words have spaces between them, pairs of characters where they have none.

Chinese, Japanese and Korean runs become overlapping pairs and their last character alone, so that every character begins a term:
优惠券 → 优惠, 惠券, 券. A query of one character is then a query for terms that begin with it. Other runs of letters and
digits are words. Width, case, compatibility forms and invisible characters make no difference.
"""

import re
import unicodedata
from itertools import pairwise

LONGEST_WORD = 64
MOST_TERMS = 30_000  # keeps a tsvector below its limit of 1 MB whatever the text
MOST_QUERY_TERMS = 32
PREFIX_FROM = 3  # words of a query that are shorter must match whole

_UNSPACED = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U000323af"
_RUN = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")


def folded(text: str) -> str:
    """Return text without differences of width, case and form, and without what cannot be seen."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    if plain.isascii():
        return plain
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf" and sign != "\ufe0f")


def terms_of(text: str) -> list[str]:
    """Return the terms of a text, each once, in order of first appearance; at most ``MOST_TERMS``."""
    found: dict[str, None] = {}
    for unspaced, word in _RUN.findall(folded(text)):
        if word:
            found[word[:LONGEST_WORD]] = None
        else:
            found.update(dict.fromkeys(map("".join, pairwise(unspaced))))
            found[unspaced[-1]] = None
        if len(found) >= MOST_TERMS:
            return list(found)[:MOST_TERMS]
    return list(found)


def query_of(words: str) -> str:
    """Return what somebody typed as a PostgreSQL ``tsquery``: everything must occur. Empty when there is nothing to look for."""
    parts: dict[str, None] = {}
    for unspaced, word in _RUN.findall(folded(words)):
        if word:
            parts[f"'{word[:LONGEST_WORD]}'" + (":*" if len(word) >= PREFIX_FROM else "")] = None
        elif len(unspaced) == 1:
            parts[f"'{unspaced}':*"] = None
        else:
            for pair in pairwise(unspaced):
                parts[f"'{''.join(pair)}'"] = None
    return " & ".join(list(parts)[:MOST_QUERY_TERMS])
