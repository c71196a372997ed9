"""Member pages of boards for taking part: posting, replying, liking, sharing, following, keeping order."""

from collections.abc import Callable
from uuid import UUID

import segno
from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunying.content.actions.accept_answer import accept_answer
from qunying.content.actions.change_following import change_following
from qunying.content.actions.choose_public_name import choose_public_name
from qunying.content.actions.delete_post import delete_post
from qunying.content.actions.edit_post import edit_post
from qunying.content.actions.hide_post import hide_post
from qunying.content.actions.like_post import like_post
from qunying.content.actions.lock_thread import lock_thread
from qunying.content.actions.pin_post import pin_post
from qunying.content.actions.post_on_board import MOST_PICTURES, TooManyPictures, post_on_board
from qunying.content.actions.reply_to_post import reply_to_post
from qunying.content.actions.share_post import share_post
from qunying.content.actions.unlike_post import unlike_post
from qunying.content.boards.names import list_public_names
from qunying.content.boards.publishing import Posted
from qunying.content.boards.speaking import EDIT_WINDOW, is_own
from qunying.content.boards.text import topic_names
from qunying.content.boards.threads import PostNotFound
from qunying.content.doors.boards_reading import views_of
from qunying.content.models import Post, PostShare, PublicName
from qunying.content.pictures import KeptPicture, keep_picture
from qunying.content.queries.boards import get_board
from qunying.content.queries.threads import get_post, get_thread, list_followed, list_posts_of
from qunying.kernel import clock
from qunying.kernel.acts import Act
from qunying.kernel.guessing import count_attempt
from qunying.kernel.problems import Problem
from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page

OWN_VERBS = (
    "accept_answer",
    "change_following",
    "choose_public_name",
    "delete_post",
    "edit_post",
    "hide_post",
    "like_post",
    "lock_thread",
    "pin_post",
    "post_on_board",
    "reply_to_post",
    "share_post",
    "unlike_post",
)


def act_on_boards(request: MemberRequest) -> Act:
    """Return the act of a member who writes on boards."""
    return act_of_member(request, *(f"content.{verb}" for verb in OWN_VERBS))


def told(request: MemberRequest, posted: Posted) -> HttpResponse:
    """Say what became of a post, and show where it is."""
    if posted.state == Post.State.PUBLISHED:
        return redirect(f"{reverse('content.member_post', args=[posted.thread_id])}#p{posted.post_id}")
    if posted.state == Post.State.HELD:
        messages.success(request, _("Thank you. Somebody looks at it first; then it appears."))
    else:
        messages.error(request, _("This was not published: it breaks the community rules."))
    return redirect("content.member_posts")


def _pictures(request: MemberRequest) -> list[KeptPicture]:
    files = request.FILES.getlist("pictures")
    if len(files) > MOST_PICTURES:
        raise TooManyPictures(most=MOST_PICTURES)
    return [keep_picture(file) for file in files]


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def new_post(request: MemberRequest, board_id: UUID) -> HttpResponse:
    """Begin a thread."""
    board = get_board(board_id)
    problem = None
    if request.method == "POST":
        try:
            posted = post_on_board(
                **act_on_boards(request),
                board_id=board_id,
                member_id=request.member.id,
                title=request.POST.get("title", ""),
                text=request.POST.get("text", ""),
                topics=topic_names(request.POST.get("topics", "")),
                is_question=request.POST.get("is_question") == "yes",
                pictures=_pictures(request),
            )
        except Problem as refusal:
            problem = refusal
        else:
            return told(request, posted)
    context = {
        "board": board,
        "typed": request.POST,
        "problem": problem,
        "topic": request.GET.get("topic", ""),
    }
    return render(
        request, "boards/new_post.html", context, status=problem.kind.http_status if problem else 200
    )


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def reply(request: MemberRequest, post_id: UUID) -> HttpResponse:
    """Reply to a thread or to a reply in it."""
    thread = get_thread(post_id)
    problem = None
    if request.method == "POST":
        try:
            posted = reply_to_post(
                **act_on_boards(request),
                post_id=post_id,
                member_id=request.member.id,
                text=request.POST.get("text", ""),
            )
        except Problem as refusal:
            problem = refusal
        else:
            return told(request, posted)
    quoted = Post.objects.select_related("board").get(pk=post_id) if post_id != thread.pk else None
    context = {
        "thread": thread,
        "quoted": views_of(request, [quoted])[0] if quoted and quoted.state == Post.State.PUBLISHED else None,
        "post_id": post_id,
        "typed": request.POST,
        "problem": problem,
    }
    return render(request, "boards/reply.html", context, status=problem.kind.http_status if problem else 200)


def own_post(request: MemberRequest, post_id: UUID) -> Post:
    """Return a post of the member.

    Raises:
        PostNotFound: when it is not theirs or gone.
    """
    post = get_post(post_id)
    if not is_own(post, request.member.id) or post.state == Post.State.DELETED:
        raise PostNotFound
    return post


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def edit(request: MemberRequest, post_id: UUID) -> HttpResponse:
    """Change what one said."""
    post = own_post(request, post_id)
    problem = None
    if request.method == "POST":
        try:
            posted = edit_post(
                **act_on_boards(request),
                post_id=post_id,
                member_id=request.member.id,
                title=request.POST.get("title", ""),
                text=request.POST.get("text", ""),
            )
        except Problem as refusal:
            problem = refusal
        else:
            return told(request, posted)
    context = {
        "post": post,
        "typed": request.POST if request.method == "POST" else {"title": post.title, "text": post.text},
        "problem": problem,
        "minutes": int(EDIT_WINDOW.total_seconds() // 60),
    }
    return render(
        request, "boards/edit_post.html", context, status=problem.kind.http_status if problem else 200
    )


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def delete(request: MemberRequest, post_id: UUID) -> HttpResponse:
    """Ask, then take a post away."""
    post = own_post(request, post_id)
    if request.method == "POST":
        delete_post(**act_on_boards(request), post_id=post_id, member_id=request.member.id)
        messages.success(request, _("Deleted."))
        if post.thread_id is None:
            return redirect("content.member_board", post.board_id)
        return redirect("content.member_post", post.thread_id)
    return render(request, "boards/delete_post.html", {"view": views_of(request, [post])[0]})


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def share(request: MemberRequest, post_id: UUID) -> HttpResponse:
    """Show the member's own link to a thread; a POST makes it."""
    thread = get_thread(post_id)
    if request.method == "POST":
        share_post(**act_on_boards(request), post_id=thread.pk, member_id=request.member.id)
        return redirect("content.member_share", thread.pk)
    made = PostShare.objects.filter(post=thread, member=request.member).first()
    link = f"{settings.PUBLIC_URL}{reverse('content.open_share', args=[made.token])}" if made else ""
    qr = segno.make(link, error="m").svg_data_uri(scale=4, border=2) if made else ""
    return render(request, "boards/share.html", {"thread": thread, "share": made, "link": link, "qr": qr})


def _hide(request: MemberRequest, post: Post) -> None:
    reference = f"board moderator:{request.member.id}:{post.pk}"
    hide_post(**act_on_boards(request), post_id=post.pk, reference=reference)
    messages.success(request, _("Hidden. The staff can bring it back."))


def _like(request: MemberRequest, post: Post) -> None:
    count_attempt(f"like:{request.member.id}", now=clock.now(), limit=60)
    like_post(**act_on_boards(request), post_id=post.pk, member_id=request.member.id)


VERBS: dict[str, Callable[[MemberRequest, Post], object]] = {
    "like": _like,
    "unlike": lambda request, post: unlike_post(
        **act_on_boards(request), post_id=post.pk, member_id=request.member.id
    ),
    "accept": lambda request, post: accept_answer(
        **act_on_boards(request), post_id=post.pk, member_id=request.member.id
    ),
    "pin": lambda request, post: pin_post(**act_on_boards(request), post_id=post.pk, is_pinned=True),
    "unpin": lambda request, post: pin_post(**act_on_boards(request), post_id=post.pk, is_pinned=False),
    "lock": lambda request, post: lock_thread(**act_on_boards(request), post_id=post.pk, is_locked=True),
    "unlock": lambda request, post: lock_thread(**act_on_boards(request), post_id=post.pk, is_locked=False),
    "hide": _hide,
}


@require_POST
@signed_in_member_page
def do(request: MemberRequest, post_id: UUID, verb: str) -> HttpResponse:
    """Do one thing with a post: like it, accept it, keep order; then show it again."""
    if verb not in VERBS:
        raise PostNotFound
    post = get_post(post_id)
    VERBS[verb](request, post)
    if verb == "hide" and post.thread_id is None:
        return redirect("content.member_board", post.board_id)
    return redirect(f"{reverse('content.member_post', args=[post.thread_id or post.pk])}#p{post.pk}")


@require_POST
@signed_in_member_page
def follow(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    """Follow something, or follow it no more."""
    pages = {"board": "member_board", "topic": "member_topic", "thread": "member_post"}
    if kind not in pages:
        raise PostNotFound
    change_following(
        **act_on_boards(request),
        member_id=request.member.id,
        kind=kind,  # type: ignore[arg-type]
        subject_id=subject_id,
        follows=request.POST.get("follows") == "yes",
    )
    return redirect(f"content.{pages[kind]}", subject_id)


@require_GET
@signed_in_member_page
def following(request: MemberRequest) -> HttpResponse:
    """Show the threads of what the member follows."""
    page = list_followed(request.member.id, cursor=request.GET.get("cursor"))
    context = {"threads": views_of(request, page.rows, is_list=True), "next_cursor": page.next_cursor}
    return render(request, "boards/following.html", context)


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def mine(request: MemberRequest) -> HttpResponse:
    """Show what the member wrote and under which name; a POST changes the name."""
    problem, typed = None, ""
    if request.method == "POST":
        typed = request.POST.get("name", "")
        try:
            choose_public_name(**act_on_boards(request), member_id=request.member.id, name=typed)
        except Problem as refusal:
            problem = refusal
        else:
            messages.success(request, _("From now on you speak under this name."))
            return redirect("content.member_posts")
    page = list_posts_of(request.member.id, cursor=request.GET.get("cursor"))
    chosen = PublicName.objects.filter(member=request.member).first()
    context = {
        "posts": views_of(request, page.rows),
        "next_cursor": page.next_cursor,
        "name": list_public_names([request.member.id])[request.member.id],
        "typed": typed or (chosen.name if chosen else ""),
        "problem": problem,
    }
    return render(request, "boards/mine.html", context, status=problem.kind.http_status if problem else 200)


urlpatterns = [
    path("boards/following/", following, name="content.member_following"),
    path("boards/mine/", mine, name="content.member_posts"),
    path("boards/<uuid:board_id>/new/", new_post, name="content.member_new_post"),
    path("boards/posts/<uuid:post_id>/reply/", reply, name="content.member_reply"),
    path("boards/posts/<uuid:post_id>/edit/", edit, name="content.member_edit_post"),
    path("boards/posts/<uuid:post_id>/delete/", delete, name="content.member_delete_post"),
    path("boards/posts/<uuid:post_id>/share/", share, name="content.member_share"),
    path("boards/posts/<uuid:post_id>/<slug:verb>/", do, name="content.member_do"),
    path("boards/follow/<slug:kind>/<uuid:subject_id>/", follow, name="content.member_follow"),
]
