"""Searching a million community messages, beside the plainest way there is: LIKE along the index of time.

Thirty stated queries: common words, rare ones, two words together, and what nobody said. Every one is asked as the
console asks it (newest first, fifty a page, over all communities), five times.
"""

import random
import statistics
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from time import perf_counter
from uuid import uuid4

import psycopg

from bench.comparing import Comparison, Way, compare
from bench.installation import Installation

MESSAGES = 1_000_000
PAGE = 50
ASKED = 5
COMMON = ["你好", "优惠券", "发货", "多少钱", "谢谢", "coupon", "退货", "什么时候", "有货吗", "delivery"]
RARE = [
    "蓝莓芝士蛋糕",
    "东北黑土大米",
    "退款编号四七",
    "xylophone",
    "儿童滑板车",
    "榴莲千层",
    "warranty2031",
    "折叠电动车",
]
NEVER = ["鲸鱼骑自行车", "quasarium", "卍卍卍", "zzzzzz", "夔龙纹青铜器"]
TWO = [
    "优惠券 发货",
    "你好 coupon",
    "退货 蓝莓芝士蛋糕",
    "多少钱 xylophone",
    "谢谢 delivery",
    "鲸鱼 优惠券",
    "榴莲 你好",
]
QUERIES = [*COMMON, *RARE, *NEVER, *TWO]
LOAD = (
    "COPY communities_message (id, community_id, author_name, platform_message_id, kind, text, attachments,"
    " reply_to_platform_id, sent_at, received_at, from_robot, content_hash, terms, transaction, position) FROM STDIN"
)
LIKE = "SELECT id FROM communities_message WHERE {} ORDER BY sent_at DESC, id DESC LIMIT 51"


def measure(place: Installation, divisor: int) -> Iterator[Comparison]:
    """Measure on generated messages of eight communities over two years."""
    count = MESSAGES // divisor
    with place.fresh_database() as url:
        started = perf_counter()
        _fill(url, count)
        print(f"loaded {count:,} messages in {perf_counter() - started:,.0f} s", flush=True)
        from qunying.communities.queries.list_messages import list_messages

        times: dict[str, list[float]] = {}
        hits: dict[str, int] = {}
        for query in QUERIES:
            for _time in range(ASKED):
                began = perf_counter()
                hits[query] = len(list_messages(search=query, size=PAGE).rows)
                times.setdefault(query, []).append(perf_counter() - began)
        assert all(hits[query] == PAGE for query in COMMON), hits
        assert not any(hits[query] for query in NEVER), hits
        everything = sorted(seconds for some in times.values() for seconds in some)
        slowest = max(times, key=lambda query: statistics.median(times[query]))
        print(
            f"{len(QUERIES)} queries x {ASKED}: median {statistics.median(everything) * 1000:.1f} ms,"
            f" p95 {everything[int(len(everything) * 0.95)] * 1000:.1f} ms, slowest “{slowest}”"
            f" {statistics.median(times[slowest]) * 1000:.1f} ms",
            flush=True,
        )

        def ours(_place: object) -> None:
            for query in QUERIES:
                list_messages(search=query, size=PAGE)

        def plain(_place: object) -> None:
            with psycopg.connect(url) as connection:
                for query in QUERIES:
                    words = [f"%{word}%" for word in query.split()]
                    connection.execute(
                        LIKE.format(" AND ".join(["text LIKE %s"] * len(words))), words
                    ).fetchall()

        yield compare(
            f"message searches, {count:,} messages",
            unit="searches",
            amount=len(QUERIES),
            ours=Way(ours),
            reference=Way(plain),
            reference_name="LIKE, newest first",
            repeats=2,
        )


def _fill(url: str, count: int) -> None:
    """Write messages in one COPY, then let the database learn what it has."""
    from qunying.communities.tests.make import make_community
    from qunying.engines.search_terms import terms_of

    chance = random.Random(20260115)
    communities = [make_community().pk for _number in range(8)]
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 2_500)]
    words = ["".join(chance.choices(signs, k=chance.choice([1, 2, 2, 3]))) for _number in range(20_000)]
    words += [
        "".join(chance.choices("abcdefghijklmnopqrstuvwxyz", k=chance.randint(3, 9)))
        for _number in range(3_000)
    ]
    weights = list(accumulate(1 / (rank + 10) for rank in range(len(words))))
    newest = datetime(2026, 1, 15, tzinfo=UTC)
    with psycopg.connect(url) as connection:
        with connection.cursor().copy(LOAD) as copy:
            for number in range(count):
                said = chance.choices(words, cum_weights=weights, k=chance.randint(2, 10))
                if chance.random() < 0.25:
                    said.insert(chance.randint(0, len(said)), chance.choice(COMMON))
                if chance.random() < 0.0004:
                    said.append(chance.choice(RARE))
                text = "，".join(said)
                sent_at = newest - timedelta(seconds=number * 60 + chance.random() * 60)
                terms = " ".join(f"'{term}'" for term in terms_of(text))
                key = str(number)
                copy.write_row(
                    (uuid4(), communities[number % 8], "", key, "text", text, "[]", "", sent_at, sent_at, False, key, terms, 1, number)
                )  # fmt: skip
        connection.commit()
        connection.autocommit = True
        connection.execute("VACUUM ANALYZE communities_message")
