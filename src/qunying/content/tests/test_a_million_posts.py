"""Boards with a million posts answer at once: every page begins in an index."""

import time
from collections.abc import Callable

import pytest
from django.db import connection

from qunying.content.models import Post
from qunying.content.queries.questions import list_questions
from qunying.content.queries.threads import (
    PostFilter,
    list_pinned,
    list_posts_of,
    list_replies,
    list_threads,
    search_posts,
)
from qunying.content.tests.make_boards import make_board, make_thread
from qunying.kernel.paging import cut_page

pytestmark = [pytest.mark.full, pytest.mark.timed, pytest.mark.django_db]
THREADS, REPLIES = 200_000, 800_000
P95_SECONDS = 0.1

_FILL = """
INSERT INTO content_post (id, board_id, thread_id, member_id, title, text, is_question, state, reasons, posted_at, active_at,
    reply_count, is_pinned, is_locked, answered_at, like_count, was_published, terms)
SELECT gen_random_uuid(), %(board)s::uuid, CASE WHEN n > %(threads)s THEN ids.id END, %(member)s::uuid,
    CASE WHEN n > %(threads)s THEN '' ELSE 'Thread ' || n END, 'What was said ' || n, n <= %(threads)s AND n %% 5 = 0,
    CASE WHEN n %% 100 = 0 THEN 'hidden' ELSE 'published' END, '[]', at, at, 0, n <= 10, false,
    CASE WHEN n %% 50 <> 0 THEN at END, 0, true,
    array_to_tsvector(ARRAY['said', 'word' || n %% 20000, 'rare' || n])
FROM generate_series(%(first)s, %(last)s) AS n
CROSS JOIN LATERAL (SELECT timestamptz '2026-03-01' - n * interval '7 seconds' AS at) AS times
LEFT JOIN LATERAL (SELECT id FROM some_threads WHERE place = n %% 50000) AS ids ON true
"""


def fill() -> Post:
    thread = make_thread(make_board())
    given = {"board": thread.board_id, "member": thread.member_id, "threads": THREADS}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")  # filling, and checking it at the end, is no page
        cursor.execute("CREATE TEMP TABLE some_threads (place int PRIMARY KEY, id uuid)")
        cursor.execute(_FILL, {**given, "first": 1, "last": THREADS})
        cursor.execute(
            "INSERT INTO some_threads SELECT row_number() OVER () - 1, id FROM content_post WHERE thread_id IS NULL LIMIT 50000"
        )
        cursor.execute(_FILL, {**given, "first": THREADS + 1, "last": THREADS + REPLIES})
        cursor.execute("ANALYZE content_post")
    return thread


def p95(work: Callable[[int], object], times: int = 30) -> float:
    seconds = []
    for number in range(times):
        started = time.perf_counter()
        work(number)
        seconds.append(time.perf_counter() - started)
    return sorted(seconds)[int(times * 0.95)]


def test_pages_of_a_million_posts_come_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    thread = fill()
    assert Post.objects.count() > 1_000_000
    cursors: list[str | None] = [None]
    for _page in range(40):
        cursors.append(list_threads(board_id=thread.board_id, cursor=cursors[-1], size=200).next_cursor)
    replied = Post.objects.exclude(thread=None).order_by("posted_at")[0].thread_id
    assert replied is not None
    measured = {
        "threads of a board, up to 8,000 deep": p95(
            lambda number: list_threads(board_id=thread.board_id, cursor=cursors[number])
        ),
        "threads everywhere": p95(lambda _: list_threads()),
        "pinned": p95(lambda _: list(list_pinned(thread.board_id))),
        "replies": p95(lambda _: list_replies(replied)),
        "unanswered": p95(lambda _: cut_page(list_questions("unanswered"), order_by="posted_at")),
        "of a member": p95(lambda _: list_posts_of(thread.member_id)),  # type: ignore[arg-type]
        "search, common word": p95(lambda _: _search("said")),
        "search, 50 hits": p95(lambda number: _search(f"word{number}")),
        "search, no hit": p95(lambda _: _search("nothing")),
    }
    with capsys.disabled():
        print("\n" + "\n".join(f"{name}: {seconds * 1000:.1f} ms" for name, seconds in measured.items()))  # noqa: T201
    assert {name: seconds for name, seconds in measured.items() if seconds > P95_SECONDS} == {}


def _search(words: str) -> object:
    return cut_page(search_posts(PostFilter(words=words)), order_by="-posted_at", size=30)
