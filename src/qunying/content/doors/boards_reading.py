"""Member pages of boards for reading: anybody may, signed in or not."""

from typing import Any, get_args
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.views.decorators.http import require_GET

from qunying.communities.queries.list_messages import list_messages
from qunying.content.actions.open_share import open_share
from qunying.content.boards.names import list_public_names, masked_name, without_contacts
from qunying.content.boards.speaking import is_board_moderator
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Board, Following, Post, PostPicture
from qunying.content.pictures import picture_response
from qunying.content.queries.boards import get_board, list_board_moderators, list_boards
from qunying.content.queries.post_views import PostView, describe_posts
from qunying.content.queries.threads import Order, get_thread, list_pinned, list_replies, list_threads
from qunying.content.queries.topics import HOT_SCORE, get_topic, list_topics
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.ids import new_id
from qunying.kernel.paging import Page
from qunying.kernel.web import address_of
from qunying.members.member_web import member_page
from qunying.members.queries.get_member import list_own_ids

ORDERS: tuple[str, ...] = get_args(Order.__value__)


def reader_of(request: HttpRequest) -> UUID | None:
    """Return the id of who reads, if they are signed in."""
    member = request.member  # type: ignore[attr-defined]
    return member.id if member else None


def views_of(request: HttpRequest, posts: list[Post], *, is_list: bool = False) -> list[PostView]:
    """Return posts as the reader sees them."""
    return describe_posts(posts, clock.now(), reader_of(request), is_list=is_list)


def follows(request: HttpRequest, **subject: UUID) -> bool:
    """Tell whether the reader follows a board, topic or thread."""
    reader = reader_of(request)
    return (
        reader is not None and Following.objects.filter(member__in=list_own_ids(reader), **subject).exists()
    )


@require_GET
@member_page
def boards(request: HttpRequest) -> HttpResponse:
    """Show the boards, what is hot, and what was said last."""
    latest = list_threads(cursor=request.GET.get("cursor"), size=10)
    context = {
        "boards": list_boards(),
        "hot": list_topics().filter(heat__gte=HOT_SCORE)[:8],
        "threads": views_of(request, latest.rows, is_list=True),
        "next_cursor": latest.next_cursor,
    }
    return render(request, "boards/boards.html", context)


@require_GET
@member_page
def board(request: HttpRequest, board_id: UUID) -> HttpResponse:
    """Show the threads of a board, or the messages that a mirror mirrors."""
    found = get_board(board_id)
    context: dict[str, Any] = {"board": found, "follows": follows(request, board=board_id)}
    if found.is_mirror:
        return render(request, "boards/mirror.html", {**context, **_mirrored(request, found)})
    asked = request.GET.get("order", "active")
    order: Order = asked if asked in ORDERS else "active"  # type: ignore[assignment]
    page: Page[Post] = list_threads(board_id=board_id, order=order, cursor=request.GET.get("cursor"))
    is_first = order == "active" and "cursor" not in request.GET
    pinned = list(list_pinned(board_id)) if is_first else []
    duties = [duty.member_id for duty in list_board_moderators(board_id) if duty.member_id]
    views = views_of(request, [*pinned, *page.rows], is_list=True)
    context |= {
        "order": order,
        "pinned": views[: len(pinned)],
        "threads": views[len(pinned) :],
        "next_cursor": page.next_cursor,
        "moderators": list(list_public_names(duties).values()),
        "may_post": found.state == Board.State.OPEN,
    }
    return render(request, "boards/board.html", context)


def _mirrored(request: HttpRequest, board: Board) -> dict[str, Any]:
    """Return a page of the group's messages: names masked, contacts covered, nothing of what was taken back."""
    page = list_messages([board.community_id], cursor=request.GET.get("cursor"), size=30)  # type: ignore[list-item]
    messages = [
        {
            "id": message.pk,
            "author": masked_name(message.author_name),
            "text": without_contacts(message.text),
            "kind": message.get_kind_display(),
            "is_text": message.kind == "text",
            "sent_at": message.sent_at,
            "answers": masked_name(message.reply_to.author_name) if message.reply_to else "",
        }
        for message in page.rows
        if message.deleted_at is None and message.kind != "system"
    ]
    return {"messages_of_group": messages, "next_cursor": page.next_cursor}


@require_GET
@member_page
def topics(request: HttpRequest) -> HttpResponse:
    """Show the topics, the hot ones first."""
    return render(request, "boards/topics.html", {"topics": list_topics()[:60], "hot_score": HOT_SCORE})


@require_GET
@member_page
def topic(request: HttpRequest, topic_id: UUID) -> HttpResponse:
    """Show the threads about a topic."""
    found = get_topic(topic_id)
    page = list_threads(topic_id=topic_id, cursor=request.GET.get("cursor"))
    context = {
        "topic": found,
        "threads": views_of(request, page.rows, is_list=True),
        "next_cursor": page.next_cursor,
        "follows": follows(request, topic=topic_id),
        "hot_score": HOT_SCORE,
    }
    return render(request, "boards/topic.html", context)


@require_GET
@member_page
def post(request: HttpRequest, post_id: UUID) -> HttpResponse:
    """Show a thread with its replies; the address of a reply shows the thread from that reply on."""
    return render(request, "boards/thread.html", thread_context(request, get_thread(post_id)))


def thread_context(request: HttpRequest, thread: Post) -> dict[str, Any]:
    """Return what the page of a thread shows."""
    page = list_replies(thread.pk, cursor=request.GET.get("cursor"))
    rows = [thread, *page.rows]
    if thread.answer_id and not request.GET.get("cursor"):
        rows.append(Post.objects.select_related("board", "quoted").get(pk=thread.answer_id))
    first, *replies = views_of(request, rows)
    reader = reader_of(request)
    keeps_order = reader is not None and is_board_moderator(thread.board_id, reader)
    accepted = replies.pop() if len(replies) > len(page.rows) else None
    return {
        "thread": first,
        "accepted": accepted,
        "replies": replies,
        "next_cursor": page.next_cursor,
        "is_later_page": "cursor" in request.GET,
        "keeps_order": keeps_order,
        "may_accept": thread.is_question and reader is not None and (first.is_own or keeps_order),
        "may_reply": not thread.is_locked and thread.board.state == Board.State.OPEN,
        "follows": follows(request, thread=thread.pk),
    }


@require_GET
@member_page
def picture(request: HttpRequest, post_id: UUID, picture_id: UUID) -> HttpResponse:  # noqa: ARG001
    """Hand out a picture of a post that is shown."""
    get_thread(post_id)
    link = PostPicture.objects.filter(post=post_id, picture=picture_id, post__state=Post.State.PUBLISHED)
    found = link.select_related("picture").first()
    if found is None:
        raise PostNotFound
    return picture_response(found.picture.sha256)


@require_GET
@member_page
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Lead a visitor who got a link from a member to its thread."""
    now, reader = clock.now(), reader_of(request)
    count_attempt(f"shared:{address_of(request)}", now=now, limit=60)
    opened = open_share(
        command_id=str(new_id()),
        actor=Actor(kind="system", id="member_web", permissions=frozenset({"content.open_share"})),
        now=now,
        token=token[:40],
        member_id=reader,
    )
    return redirect("content.member_post", opened.thread_id)


urlpatterns = [
    path("boards/", boards, name="content.member_boards"),
    path("boards/topics/", topics, name="content.member_topics"),
    path("boards/topics/<uuid:topic_id>/", topic, name="content.member_topic"),
    path("boards/s/<str:token>/", shared, name="content.open_share"),
    path("boards/posts/<uuid:post_id>/", post, name="content.member_post"),
    path(
        "boards/posts/<uuid:post_id>/pictures/<uuid:picture_id>/", picture, name="content.member_post_picture"
    ),
    path("boards/<uuid:board_id>/", board, name="content.member_board"),
]
