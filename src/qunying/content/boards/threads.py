"""Threads: found, held while they change, and their numbers kept true."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.search import SearchVectorField
from django.db.models import Count, F, Func, Max, Min, Q, TextField, Value
from django.utils.translation import gettext_lazy as _

from qunying.content.boards.events import BOARD_POST_PUBLISHED, BOARD_REPLY_PUBLISHED
from qunying.content.boards.text import topic_key
from qunying.content.models import Post, PostTopic, Topic
from qunying.engines.search_terms import terms_of
from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import list_own_ids, resolve_member_id
from qunying.stream.events import EventType
from qunying.stream.record import NewEvent, record


class PostNotFound(Problem):
    """There is no such post, or it is not to be seen."""

    code = "post_not_found"
    kind = Kind.NOT_FOUND
    message = _("This post does not exist, or it is not shown any more.")


def lock_post(post_id: UUID) -> Post:
    """Return a post with its board, the row of its thread held until the transaction ends.

    Raises:
        PostNotFound: when there is none.
    """
    thread_id = Post.objects.filter(pk=post_id).values_list("thread_id", flat=True).first()
    held = list(
        Post.objects.select_for_update(no_key=True)
        .filter(pk__in=[post_id, thread_id or post_id])
        .order_by("thread_id", "pk")
        .values_list("pk", flat=True)
    )
    if post_id not in held:
        raise PostNotFound
    return Post.objects.select_related("board", "thread").defer("terms").get(pk=post_id)


def event_of(
    post: Post, kind: EventType, now: datetime, *, by: UUID | None = None, **properties: str
) -> NewEvent:
    """Return an event about a post, by a member; by its author unless somebody else is named."""
    return NewEvent(
        type=kind,
        occurred_at=now,
        received_at=now,
        member_id=by or post.member_id,
        community_id=post.board.community_id,
        content_id=post.pk,
        properties={"board": str(post.board_id), **properties},
    )


def index_text(post: Post) -> None:
    """Make a post findable by its words."""
    terms = Func(
        Value(terms_of(f"{post.title}\n{post.text}"), output_field=ArrayField(TextField())),
        function="array_to_tsvector",
        output_field=SearchVectorField(),
    )
    Post.objects.filter(pk=post.pk).update(terms=terms)


def set_topics(post: Post, names: list[str], now: datetime) -> None:
    """Say what a new thread is about; topics that nobody named before begin to exist. Hidden ones are left out."""
    for name in sorted(names, key=topic_key):
        topic, _new = Topic.objects.get_or_create(
            key=topic_key(name), defaults={"name": name, "created_at": now}
        )
        if not topic.is_hidden:
            PostTopic.objects.create(post=post, topic=topic)


def announce(post: Post, now: datetime) -> None:
    """Tell the stream that a post can be seen for the first time, and count it. The thread's row is held."""
    thread = post.thread or post
    topics = (
        Topic.objects.filter(posts=thread, is_hidden=False).order_by("key").values_list("name", flat=True)
    )
    properties: dict[str, Any] = {"thread": str(thread.pk), "topics": ",".join(topics)}
    if thread.is_question:
        properties["question"] = "yes"
    if post.thread_id is not None:
        properties["reply_to"] = str(post.quoted_id or post.thread_id)
    kind = BOARD_REPLY_PUBLISHED if post.thread_id else BOARD_POST_PUBLISHED
    record(event_of(post, kind, now, **properties))
    Post.objects.filter(pk=post.pk).update(was_published=True)
    recount(thread)


def recount(thread: Post) -> None:
    """Make the numbers of a thread what its shown replies say; the thread's row is held."""
    shown = Post.objects.filter(thread=thread, state=Post.State.PUBLISHED)
    asker = list_own_ids(resolve_member_id(thread.member_id)) if thread.member_id else []
    by_others = Q(member=None) | ~Q(member__in=asker) if asker else Q()
    found = shown.aggregate(
        replies=Count("pk"), last=Max("posted_at"), answered=Min("posted_at", filter=by_others)
    )
    answer_is_shown = thread.answer_id is None or shown.filter(pk=thread.answer_id).exists()
    Post.objects.filter(pk=thread.pk).update(
        reply_count=found["replies"],
        active_at=max(thread.posted_at, found["last"] or thread.posted_at),
        answered_at=found["answered"],
        answer=thread.answer_id if answer_is_shown else None,
    )


def count_topics(thread: Post, change: int) -> None:
    """Add a thread to the numbers of its topics (1) or take it out of them (-1)."""
    topics = list(thread.post_topics.order_by("topic").values_list("topic", flat=True))
    for topic_id in topics:  # one after the other, in one order: two threads with the same topics wait
        Topic.objects.filter(pk=topic_id).update(post_count=F("post_count") + change)


def change_state(post: Post, state: str, now: datetime) -> None:
    """Let a post be seen, or no more, and keep all numbers true; the thread's row is held."""
    before, post.state = post.state, state
    Post.objects.filter(pk=post.pk).update(state=state)
    shown = Post.State.PUBLISHED
    if post.thread_id is None and (before == shown) != (state == shown):
        count_topics(post, 1 if state == shown else -1)
    if state == shown and not post.was_published:
        announce(post, now)
    elif post.thread is not None:
        recount(post.thread)
