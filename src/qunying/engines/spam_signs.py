"""Signs of advertising in a text: links, codes to scan, and ways to be reached outside.

Everything is looked for in the folded text (`folding`), so full-width letters, circled digits, invisible characters and look-alikes
make no difference; numbers may be spelled with Chinese numerals or have blanks and signs between the digits.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from qunying.engines.folding import fold, fold_origins

type Kind = Literal["link", "qr_code", "share_code", "phone", "wechat", "qq", "telegram", "email"]


@dataclass(frozen=True)
class Sign:
    """One sign and where it stands.

    Args:
        kind: what it is.
        start: in the text as written.
        end: exclusive.
        value: in one spelling: the host of a link, the digits of a number, the id of an account.
        score: how sure, 0 to 1.
    """

    kind: Kind
    start: int
    end: int
    value: str
    score: float


_TOP_DOMAINS = (
    "com|cn|net|org|top|xyz|vip|cc|me|io|info|shop|club|site|online|store|tk|ml|wang|ink|biz|tv|pw|icu|app|live|work|fun|link|ltd"
    "|co|la|im|asia|mobi|hk|tw|us|ru|jp|kr|ly|gl|gd|cyou|buzz|pro|art|win|bid|loan|men|click|space|website|tech|red|pub|ren|plus|gg"
)
_DOT = r"(?:\.|。|·|\s?(?:点|\[dot\]|\(dot\))\s?)"
_LINK = re.compile(
    rf"(?:(?P<scheme>h(?:tt|xx)ps?\s?:\s?/\s?/\s?)|(?<![a-z0-9@_.-]))"
    rf"(?P<host>[a-z0-9][a-z0-9_-]{{0,62}}(?:{_DOT}[a-z0-9][a-z0-9_-]{{0,62}}){{0,6}}?{_DOT}(?:{_TOP_DOMAINS}))(?![a-z0-9_-])(?!{_DOT}[a-z])"
    r"(?P<port>:\d+)?(?P<path>[/?#][a-z0-9\-._~:/?#@&*+;=%]*(?<![.?:]))?"
)
_SCHEME = re.compile(
    r"h(?:tt|xx)ps?\s?:\s?/\s?/\s?(?P<host>[^\s/?#:,。!、]+)[a-z0-9\-._~:/?#@&*+;=%]*(?<![.?:])"
)
_JOIN_HOSTS = re.compile(
    r"u\.wechat\.com|weixin\.qq\.com/[gr]/|work\.weixin\.qq\.com/(?:gm|ca|u)/|qm\.qq\.com|qr\.alipay\.com|qr\.1688\.com|t\.me/"
)
_QR = re.compile(
    r"(?:扫|识别|长按|保存)[^\n。！？!?]{0,8}(?:二维码|小程序码|(?<!号)码(?!头|农|洗|字|数))|二维码[^\n。！？!?]{0,6}(?:扫|加|进群|入群)|扫码"
)
_SHARE_CODE = re.compile(
    r"(?P<mark>[¥$€₤¢₴₳(/])(?=[a-z0-9]*\d)(?=[a-z0-9]*[a-z])(?P<code>[a-z0-9]{8,13})(?P=mark)|[¥€₤]\s?(?P<bare>[a-z0-9]{11})\s?[¥€₤]"
)

_NUMERALS = str.maketrans("零〇洞幺一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00011234567891234567" + "89")
_DIGIT = "[0-9零〇洞幺一二三四五六七八九壹贰叁肆伍陆柒捌玖]"
_LONG_NUMBER = re.compile(rf"(?<![0-9a-z])\+?{_DIGIT}(?:[^\w\n+]{{0,2}}{_DIGIT}){{6,12}}(?![0-9a-z])")
_MOBILE = re.compile(r"(?:86)?(1[3-9]\d{9})")
_LANDLINE = re.compile(r"0\d{9,11}|400\d{7}|800\d{7}")

_ACCOUNTS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    (
        "wechat",
        re.compile(
            r"(?:微信|薇信|威信|徽信|维信|溦信|v信|微心|wei\s?xin|wechat|vx|wx|微号|卫星号?|(?:加|\+|＋)\s?(?:v|微|薇|我v|w)(?![a-z0-9]))"
            r"[^\w\n]{0,4}(?:号码?|账号|id|同号|加|联系)?[^\w\n]{0,4}(?P<id>[a-z][a-z0-9_-]{5,19}|[1-9]\d{5,10})(?![a-z0-9_-])"
        ),
    ),
    (
        "qq",
        re.compile(
            r"(?:qq|扣扣|秋秋|球球|企鹅|叩叩)(?:群|号|裙)?[^\w\n]{0,4}(?:号码?|群)?[^\w\n]{0,4}(?P<id>[1-9]\d{4,10})(?!\d)"
            r"|(?:加群|进群|入群|群号|裙号)[^\w\n]{0,4}(?P<group>[1-9]\d{5,10})(?!\d)"
        ),
    ),
    (
        "telegram",
        re.compile(
            r"(?:telegram|电报|飞机|(?<![a-z])tg)(?:号|群)?[^\w\n@]{0,4}@?(?P<id>[a-z][a-z0-9_]{4,31})(?![a-z0-9_])"
        ),
    ),
    (
        "email",
        re.compile(
            r"(?<![a-z0-9._%+-])(?P<id>[a-z0-9][a-z0-9._%+-]{0,63}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){0,6}\.[a-z]{2,24})"
        ),
    ),
)
_MAY_HAVE_SIGNS = re.compile(
    rf"[a-z]{_DOT}[a-z]|[a-z0-9]{_DOT}(?:{_TOP_DOMAINS})(?![a-z])|://|[¥€₤]|码|\d{{5}}|@|{_DIGIT}(?:[^\w\n+]{{0,2}}{_DIGIT}){{6}}|微|信|[vwtq][xgq]|群|裙|\bv|\+v"
)


def find_signs(text: str) -> list[Sign]:
    """Return the signs of advertising in a text, in order of their beginnings. Signs within a longer sign are left out."""
    folded = fold(text)
    if not _MAY_HAVE_SIGNS.search(folded):
        return []
    found = sorted(_signs_in(folded), key=lambda sign: (sign.start, -sign.end))
    if not found:
        return []
    origins = fold_origins(text)
    signs, reached = [], 0
    for sign in found:
        if sign.end > reached:
            reached = sign.end
            signs.append(
                Sign(sign.kind, origins[sign.start], origins[sign.end - 1] + 1, sign.value, sign.score)
            )
    return signs


def _signs_in(folded: str) -> Iterator[Sign]:
    yield from _links(folded)
    for match in _QR.finditer(folded):
        yield Sign("qr_code", match.start(), match.end(), match.group(), 0.7)
    for match in _SHARE_CODE.finditer(folded):
        yield Sign("share_code", match.start(), match.end(), match["code"] or match["bare"], 0.9)
    for kind, pattern in _ACCOUNTS:
        for match in pattern.finditer(folded):
            value = next(value for value in match.groupdict().values() if value)
            yield Sign(kind, match.start(), match.end(), value, 0.9)
    for match in _LONG_NUMBER.finditer(folded):
        digits = re.sub(r"\D", "", match.group().translate(_NUMERALS))
        if mobile := _MOBILE.fullmatch(digits):
            yield Sign("phone", match.start(), match.end(), mobile[1], 1.0)
        elif _LANDLINE.fullmatch(digits):
            yield Sign("phone", match.start(), match.end(), digits, 0.8)


def _links(folded: str) -> Iterator[Sign]:
    for match in _LINK.finditer(folded):
        host = re.sub(_DOT, ".", match["host"])
        address = host + (match["path"] or "")
        plain = host == match["host"]
        kind: Kind = "qr_code" if _JOIN_HOSTS.match(address) else "link"
        yield Sign(kind, match.start(), match.end(), host, 1.0 if plain or match["scheme"] else 0.8)
    for match in _SCHEME.finditer(folded):
        yield Sign("link", match.start(), match.end(), match["host"], 1.0)
