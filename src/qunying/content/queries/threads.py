"""Threads and posts: one, a page of them, what somebody follows or wrote, and search."""

from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from django.db import connection
from django.db.models import BooleanField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.expressions import RawSQL
from django.db.models.functions import Coalesce

from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Board, Following, Post, PostTopic
from qunying.engines.search_terms import query_of
from qunying.kernel.paging import Page, cut_page
from qunying.members.queries.get_member import list_own_ids

LATEST, MANY_PART = 1000, 50  # a word is common when at least every fiftieth of the latest posts has it
FEW_HITS = 5000  # posts that match a search: so many are fetched by their ids
_LATEST = """
SELECT count(*) FROM (SELECT terms FROM content_post ORDER BY posted_at DESC, id DESC LIMIT %s) AS latest
WHERE terms @@ %s::tsquery
"""
_HITS = """
WITH hits AS MATERIALIZED (SELECT id FROM content_post WHERE terms @@ %s::tsquery) SELECT id FROM hits LIMIT %s
"""

type Order = Literal["active", "new", "unanswered"]


def _posts() -> QuerySet[Post]:
    return Post.objects.select_related("board").defer("terms")


def _threads() -> QuerySet[Post]:
    return _posts().filter(thread=None, state=Post.State.PUBLISHED)


def get_post(post_id: UUID) -> Post:
    """Return a post in whatever state, for the staff and for moderation.

    Raises:
        PostNotFound: when there is none.
    """
    post = _posts().select_related("thread", "quoted").filter(pk=post_id).first()
    if post is None:
        raise PostNotFound
    return post


def get_thread(post_id: UUID) -> Post:
    """Return the thread that a post belongs to (or is), as everybody may see it.

    Raises:
        PostNotFound: when there is none, or it is not shown.
    """
    of_reply = Post.objects.filter(pk=post_id).values("thread")[:1]
    thread = (
        _threads()
        .filter(pk=Coalesce(Subquery(of_reply), Value(post_id)))
        .exclude(board__state=Board.State.CLOSED)
        .first()
    )
    if thread is None:
        raise PostNotFound
    return thread


def list_threads(
    *,
    board_id: UUID | None = None,
    topic_id: UUID | None = None,
    order: Order = "active",
    cursor: str | None = None,
    size: int = 20,
) -> Page[Post]:
    """Return a page of shown threads, on boards that are not closed.

    Args:
        board_id: of one board, without its pinned ones; None for all boards.
        topic_id: about one topic.
        order: last said first, newest first, or questions that nobody has answered, oldest first.
        cursor: what the page before gave.
        size: threads on the page, 1 to 200.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    threads = _threads()
    threads = threads.filter(board=board_id) if board_id else threads.exclude(board__state=Board.State.CLOSED)
    if topic_id is not None:
        threads = threads.filter(Exists(PostTopic.objects.filter(post=OuterRef("pk"), topic=topic_id)))
    if order == "unanswered":
        waiting = threads.filter(is_question=True, answered_at=None, answer=None)
        return cut_page(waiting, order_by="posted_at", cursor=cursor, size=size)
    if board_id is not None and topic_id is None:
        threads = threads.filter(is_pinned=False)
    return cut_page(
        threads, order_by="-active_at" if order == "active" else "-posted_at", cursor=cursor, size=size
    )


def list_pinned(board_id: UUID) -> QuerySet[Post]:
    """Return the pinned threads of a board, at most twenty."""
    return _threads().filter(board=board_id, is_pinned=True).order_by("-active_at", "-pk")[:20]


def list_replies(thread_id: UUID, *, cursor: str | None = None, size: int = 30) -> Page[Post]:
    """Return the shown replies of a thread, oldest first, each with what it quotes.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    replies = _posts().select_related("quoted").filter(thread=thread_id, state=Post.State.PUBLISHED)
    return cut_page(replies, order_by="posted_at", cursor=cursor, size=size)


def list_followed(member_id: UUID, *, cursor: str | None = None, size: int = 20) -> Page[Post]:
    """Return the threads of what a member follows, last said first.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    own = Following.objects.filter(member__in=list_own_ids(member_id))
    chosen = list(own.values_list("board", "topic", "thread"))
    boards, topics, threads = ([row[place] for row in chosen if row[place]] for place in range(3))
    about = PostTopic.objects.filter(post=OuterRef("pk"), topic__in=topics)
    found = _threads().exclude(board__state=Board.State.CLOSED)
    found = found.filter(Q(board__in=boards) | Q(pk__in=threads) | Exists(about))
    return cut_page(found, order_by="-active_at", cursor=cursor, size=size)


def list_posts_of(member_id: UUID, *, cursor: str | None = None, size: int = 20) -> Page[Post]:
    """Return what a member wrote under any of their ids, newest first, deleted posts left out.

    Raises:
        BadCursor: when the cursor is not one of ours.
    """
    posts = _posts().select_related("thread").filter(member__in=list_own_ids(member_id))
    return cut_page(posts.exclude(state=Post.State.DELETED), order_by="-posted_at", cursor=cursor, size=size)


@dataclass(frozen=True)
class PostFilter:
    """What posts to look for: words that must all occur, a board, a state, a kind, an author."""

    words: str = ""
    board_id: UUID | None = None
    state: str = ""
    kind: Literal["", "thread", "reply", "question"] = ""
    member_id: UUID | None = None


def search_posts(wanted: PostFilter) -> QuerySet[Post]:
    """Return the posts that fit, in any state and without order, for pages and files of the staff."""
    posts = _posts().select_related("thread", "member", "staff")
    if wanted.words.strip():
        posts = posts.filter(_matching(query_of(wanted.words)))
    if wanted.board_id:
        posts = posts.filter(board=wanted.board_id)
    if wanted.state:
        posts = posts.filter(state=wanted.state)
    if wanted.kind:
        posts = posts.filter(
            {
                "thread": Q(thread=None),
                "reply": Q(thread__isnull=False),
                "question": Q(thread=None, is_question=True),
            }[wanted.kind]
        )
    if wanted.member_id:
        posts = posts.filter(member__in=list_own_ids(wanted.member_id))
    return posts


def _matching(query: str) -> Q:
    """Return the condition for posts that match: word by word on the way when many of the latest do, else by their ids.

    Left to itself the database would look for a rare word through all posts, newest first.
    """
    word_by_word = Q(RawSQL("content_post.terms @@ %s::tsquery", [query], BooleanField()))
    with connection.cursor() as cursor:
        cursor.execute(_LATEST, [LATEST, query])
        if cursor.fetchone()[0] * MANY_PART >= LATEST:
            return word_by_word
        cursor.execute(_HITS, [query, FEW_HITS + 1])
        found = [row[0] for row in cursor.fetchall()]
    return Q(pk__in=found) if len(found) <= FEW_HITS else word_by_word
