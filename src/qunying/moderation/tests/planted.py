"""A made-up stream of messages with spammers, floods, repeaters and rings planted in it, and the truth about each message.

The spam here is written from other patterns than the classifier's training, and disguised. What is not planted holds what looks alike:
congratulations from very many at once, shared lists, order numbers, prices, people who write four lines in a row.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from qunying.moderation.detection import Post, Rules, Word
from qunying.moderation.training.chatter import PHRASES

START = datetime(2026, 11, 1, tzinfo=UTC)
DAYS = 30
WORDS = tuple(
    Word(text, "spam_advertising", "review")
    for text in ("加微信", "代开发票", "刷单", "免费代理", "六合彩", "办证", "信用卡套现", "高仿包", "口交")
)
RULES = Rules(
    words=WORDS, allowed_domains=frozenset({"shop.example.com"}), advertisement_from=None, abuse_from=None
)

_TALK = [
    phrase
    for phrases in PHRASES.values()
    for phrase in phrases
    if "{" not in phrase and len(phrase) > 3 and not any(word.text in phrase for word in WORDS)
]
_ALIKE = (
    "我的订单号是20261122{n}帮我看看",
    "快递单号SF{n}还没到",
    "原价{p}现在{p}挺划算",
    "还要加，微信支付不了怎么办",
    "链接是 https://shop.example.com/i/{p} 这个吗",
    "路口，交警在查酒驾",
    "群里别发二手广告了",
    "二维码在包装上没有看到呀",
)
_LURES = (
    "招兼职日结",
    "低价出原单",
    "资金周转找我",
    "内部券天天有",
    "带你一起赚",
    "资料免费领",
    "回收各种卡",
    "考试包过",
)
_SPAM = (
    "{lure}{word}",
    "{lure}，vx：{id}",
    "{lure} 电话{phone}",
    "{lure}看 {link}",
    "{lure}QQ{qq}",
    "{word}{lure}",
    "{lure}加V {id}",
    "{lure}扫码进群",
)


@dataclass(frozen=True)
class Planted:
    """Posts by time, and for each the kind of what was planted; empty for what was not."""

    posts: list[Post]
    truth: list[str]

    def where(self, kind: str) -> set[int]:
        """Return the indexes of the posts planted as this kind."""
        return {index for index, planted in enumerate(self.truth) if planted == kind}


def plant(count: int, seed: int = 1) -> Planted:
    """Return about so many posts: 1 % spam, 1 % floods, 1 % repeaters, 1 % rings, the rest what people say."""
    luck = random.Random(seed)
    share = count // 100
    rows = [
        *_until(share, _spammers(luck)),
        *_until(share, _floods(luck)),
        *_until(share, _repeaters(luck)),
        *_until(share, _rings(luck)),
        *_until(share, _congratulations(luck)),
        *_until(count - 5 * share, _talkers(luck, max(count // 40, 50))),
    ]
    rows.sort(key=lambda row: row[0].at)
    return Planted([row[0] for row in rows], [row[1] for row in rows])


type Row = tuple[Post, str]


def _until(count: int, rows: Iterator[list[Row]]) -> Iterator[Row]:
    made = 0
    while made < count:
        together = next(rows)
        made += len(together)
        yield from together


def _moment(luck: random.Random) -> datetime:
    return START + timedelta(seconds=luck.randrange(DAYS * 86_400))


def _sentence(luck: random.Random) -> str:
    if luck.random() < 0.03:
        return luck.choice(_ALIKE).format(n=luck.randrange(10**9, 10**10), p=luck.randrange(10, 999))
    return luck.choice("，。 ！").join(luck.sample(_TALK, luck.choice((1, 2, 3, 3, 4, 5))))


def _talkers(luck: random.Random, people: int) -> Iterator[list[Row]]:
    while True:
        author, at, rows = f"talker {luck.randrange(people)}", _moment(luck), []
        for _ in range(luck.choice((1, 1, 1, 2, 3, 4))):
            at += timedelta(seconds=luck.randrange(5, 60))
            rows.append((Post(_sentence(luck), author, at), ""))
        yield rows


def disguise(word: str, luck: random.Random) -> str:
    """Return a word as somebody writes it who does not want it found."""
    match luck.randrange(5):
        case 0:
            return luck.choice((" ", "*", ".", "~", "\u200b", "❤")).join(word)
        case 1:
            return "".join(letter * luck.randint(1, 3) for letter in word)
        case 2:
            return word.translate(str.maketrans("开发票办证", "開發票辦證"))
    return word


def _number(text: str, luck: random.Random) -> str:
    match luck.randrange(4):
        case 0:
            return text.translate(str.maketrans("0123456789", "零一二三四五六七八九"))
        case 1:
            return text.translate(str.maketrans("0123456789", "０１２３４５６７８９"))
        case 2:
            return f"{text[:3]} {text[3:7]}-{text[7:]}"
    return text


def _spam(luck: random.Random) -> str:
    return luck.choice(_SPAM).format(
        lure=luck.choice(_LURES),
        word=disguise(luck.choice(WORDS).text, luck),
        id=f"{luck.choice(('abc', 'wx', 'lucky'))}{luck.randrange(1000, 10**7):05}",
        phone=_number(f"13{luck.randrange(10**9):09}", luck),
        link=luck.choice(
            ("http://t.cn/{n}", "www.lucky{n}.top", "Ｗｗｗ．{n}ok．ｃｏｍ", "abc{n}点com")
        ).format(n=luck.randrange(10, 999)),
        qq=luck.randrange(10**6, 10**10),
    )


def _spammers(luck: random.Random) -> Iterator[list[Row]]:
    while True:
        author = f"spammer {luck.getrandbits(40)}"
        yield [(Post(f"{_spam(luck)} {luck.choice(_TALK)}", author, _moment(luck)), "spam") for _ in range(2)]


def _floods(luck: random.Random) -> Iterator[list[Row]]:
    while True:
        author, at = f"flooder {luck.getrandbits(40)}", _moment(luck)
        instants = sorted(luck.random() * 55 for _ in range(luck.randint(15, 40)))
        yield [
            (Post(luck.choice(_TALK), author, at + timedelta(seconds=second)), "flood" if number >= 8 else "")
            for number, second in enumerate(instants)
        ]


def _varied(text: str, luck: random.Random) -> str:
    """Return the text as the next copy has it: a sign more, an ending, and one in eight with a clause exchanged."""
    if luck.random() < 0.125:
        clauses = text.split("，")
        clauses[luck.randrange(len(clauses))] = luck.choice(_TALK)
        text = "，".join(clauses)
    at = luck.randrange(len(text))
    return (
        text[:at]
        + luck.choice("🔥！ ~。✅")
        + text[at:]
        + luck.choice(("", "！", "啊", "哦", f" {luck.randrange(99)}"))
    )


def _repeaters(luck: random.Random) -> Iterator[list[Row]]:
    while True:
        author, at, text = f"repeater {luck.getrandbits(40)}", _moment(luck), "，".join(luck.sample(_TALK, 4))
        rows = []
        for number in range(luck.randint(5, 10)):
            at += timedelta(seconds=luck.randrange(300, 3000))
            rows.append((Post(_varied(text, luck), author, at), "duplicate" if number >= 2 else ""))
        yield rows


def _rings(luck: random.Random) -> Iterator[list[Row]]:
    while True:
        authors = [f"ally {luck.getrandbits(40)}" for _ in range(luck.randint(5, 12))]
        with_spam = luck.random() < 0.5
        rows: list[Row] = []
        for _ in range(1 if with_spam else 2):
            at, text = (
                _moment(luck),
                "，".join([*luck.sample(_TALK, 4), *([_spam(luck)] if with_spam else [])]),
            )
            rows += [
                (
                    Post(
                        _varied(text, luck), author, at + timedelta(seconds=luck.randrange(2400)), with_spam
                    ),
                    "ring",
                )
                for author in authors
            ]
        yield rows


def _congratulations(luck: random.Random) -> Iterator[list[Row]]:
    """Very many say the same within an hour, as they do; and a list that everybody copies and adds to."""
    while True:
        at, text = _moment(luck), "，".join(["祝大家节日快乐", *luck.sample(_TALK, 2)])
        mark = luck.choice(("", "#接龙 "))
        yield [
            (
                Post(
                    mark + _varied(text, luck),
                    f"talker {luck.getrandbits(40)}",
                    at + timedelta(seconds=luck.randrange(3000)),
                ),
                "",
            )
            for _ in range(luck.randint(10, 60))
        ]
