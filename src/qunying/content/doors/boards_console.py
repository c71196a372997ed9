"""Console pages of boards: the boards themselves, and what is said on them."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext, pgettext_lazy
from django.views.decorators.http import require_POST

from qunying.accounts.queries.get_brand import get_analysis_time
from qunying.accounts.queries.list_staff import list_staff
from qunying.communities.queries.get_community import list_communities
from qunying.content.actions.accept_answer import accept_answer
from qunying.content.actions.appoint_board_moderator import appoint_board_moderator
from qunying.content.actions.change_board import change_board
from qunying.content.actions.create_board import create_board
from qunying.content.actions.dismiss_board_moderator import dismiss_board_moderator
from qunying.content.actions.hide_post import hide_post
from qunying.content.actions.lock_thread import lock_thread
from qunying.content.actions.pin_post import pin_post
from qunying.content.actions.release_post import release_post
from qunying.content.actions.reply_to_post import reply_to_post
from qunying.content.actions.restore_post import restore_post
from qunying.content.boards.names import list_public_names
from qunying.content.boards.profile import BoardProfile
from qunying.content.boards.text import excerpt, shown_text
from qunying.content.boards.threads import PostNotFound
from qunying.content.models import Board, Post, PostHiding, PostVersion
from qunying.content.queries.boards import (
    BoardFigures,
    get_board,
    list_board_moderators,
    list_boards,
    summarise_boards,
)
from qunying.content.queries.threads import PostFilter, get_post, search_posts
from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.lines import Lines
from qunying.kernel.paging import cut_page
from qunying.kernel.refusals import told_in
from qunying.kernel.web import act_of, csv_response
from qunying.members.queries.get_member import find_member_by_identity

PERIOD = timedelta(days=30)
MOST_ROWS = 10_000
MOST_REPLIES = 200


class BoardForm(forms.Form):
    """What a board is."""

    name = forms.CharField(label=gettext_lazy("Name"), max_length=40)
    purpose = forms.CharField(label=pgettext_lazy("boards", "What it is for"), max_length=200, required=False)
    rules = forms.CharField(
        label=gettext_lazy("Board rules"),
        max_length=2000,
        required=False,
        widget=Lines(attrs={"rows": 4}),
        help_text=gettext_lazy("Shown beside the form of a new post."),
    )
    position = forms.IntegerField(
        label=gettext_lazy("Position"),
        min_value=0,
        max_value=10_000,
        initial=100,
        help_text=gettext_lazy("Boards with smaller numbers come first."),
    )
    state = forms.ChoiceField(label=gettext_lazy("State"), choices=Board.State)
    community_id = forms.TypedChoiceField(
        label=gettext_lazy("Community"),
        required=False,
        coerce=UUID,
        empty_value=None,
        help_text=gettext_lazy("Whose board it is. Empty: the board is for everybody."),
    )
    is_mirror = forms.BooleanField(
        label=gettext_lazy("Read-only mirror of the community's group"),
        required=False,
        help_text=gettext_lazy(
            "Shows the messages of the community's group with masked names. Nobody posts here."
        ),
    )
    agreed_note = forms.CharField(
        label=gettext_lazy("How the group agreed"),
        max_length=200,
        required=False,
        help_text=gettext_lazy(
            "For a mirror: where its people were told and agreed, e.g. group rule 5 of 1 May."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(str(size.community.id), size.community.name) for size in list_communities()]
        self.fields["community_id"].choices = [("", "—"), *choices]  # type: ignore[attr-defined]


class DutyForm(forms.Form):
    """Who shall keep order."""

    member = forms.CharField(
        label=gettext_lazy("Member"),
        required=False,
        max_length=200,
        help_text=gettext_lazy("Their e-mail or phone."),
    )
    staff_id = forms.TypedChoiceField(
        label=gettext_lazy("or one of the staff"), required=False, coerce=UUID, empty_value=None
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = [(str(person.pk), person.name) for person in list_staff()]
        self.fields["staff_id"].choices = [("", "—"), *people]  # type: ignore[attr-defined]


@page("content.view")
def boards_page(request: StaffRequest) -> HttpResponse:
    """List the boards with what happened on them."""
    figures = summarise_boards(get_analysis_time(clock.now()) - PERIOD)
    rows = [(board, figures.get(board.pk, BoardFigures())) for board in list_boards(with_closed=True)]
    if request.GET.get("format") == "csv":
        header = [
            _("Board"),
            _("State"),
            _("Threads"),
            _("Replies"),
            pgettext("boards", "People"),
            _("Open questions"),
            pgettext("boards", "Held"),
        ]
        cells = [
            [board.name, board.get_state_display(), told.threads, told.replies, told.people, told.open_questions, told.held]
            for board, told in rows
        ]  # fmt: skip
        return csv_response("boards", header, cells)
    return show(request, "boards/console/boards.html", _("Boards"), {"rows": rows})


@page("content.create_board")
def new_board(request: StaffRequest) -> HttpResponse:
    """Open a board."""
    form = BoardForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            made = create_board(**act_of(request), profile=BoardProfile(**form.cleaned_data))
            messages.success(request, _("The board is open. Name somebody who keeps order on it."))
            return redirect("content.board", made.board_id)
    return show(request, "boards/console/board_form.html", _("New board"), {"form": form})


@page("content.view")
def board_page(request: StaffRequest, board_id: UUID) -> HttpResponse:
    """Show a board: what it is, and who keeps order."""
    board = get_board(board_id, with_closed=True)
    context = {
        "board": board,
        "figures": summarise_boards(get_analysis_time(clock.now()) - PERIOD).get(board_id, BoardFigures()),
        "duties": list_board_moderators(board_id),
        "duty_form": DutyForm(),
    }
    return show(request, "boards/console/board.html", board.name, context)


@page("content.change_board")
def edit_board(request: StaffRequest, board_id: UUID) -> HttpResponse:
    """Change a board."""
    board = get_board(board_id, with_closed=True)
    form = BoardForm(request.POST or None, initial={**board.__dict__})
    if request.method == "POST" and form.is_valid():
        with told_in(form):
            change_board(**act_of(request), board_id=board_id, profile=BoardProfile(**form.cleaned_data))
            messages.success(request, _("Saved."))
            return redirect("content.board", board_id)
    return show(request, "boards/console/board_form.html", board.name, {"form": form, "board": board})


@require_POST
@page("content.appoint_board_moderator")
def appoint(request: StaffRequest, board_id: UUID) -> HttpResponse:
    """Make somebody a moderator of a board."""
    form = DutyForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Name one member or one of the staff."))
        return redirect("content.board", board_id)
    typed = form.cleaned_data["member"].strip()
    member = find_member_by_identity("email" if "@" in typed else "phone", typed) if typed else None
    if typed and member is None:
        messages.error(request, _("Nobody is known by this e-mail or phone."))
        return redirect("content.board", board_id)
    appoint_board_moderator(
        **act_of(request),
        board_id=board_id,
        member_id=member.id if member else None,
        staff_id=form.cleaned_data["staff_id"],
    )
    messages.success(request, _("The duty is given."))
    return redirect("content.board", board_id)


@require_POST
@page("content.dismiss_board_moderator")
def dismiss(request: StaffRequest, board_id: UUID, duty_id: int) -> HttpResponse:
    """End a duty."""
    dismiss_board_moderator(**act_of(request), duty_id=duty_id)
    messages.success(request, _("The duty has ended."))
    return redirect("content.board", board_id)


def _wanted(request: StaffRequest) -> PostFilter:
    """Read the filters of an address; nonsense counts as none."""
    state, kind, board = (request.GET.get(name, "") for name in ("state", "kind", "board"))
    boards = {str(row.pk) for row in list_boards(with_closed=True)}
    return PostFilter(
        words=request.GET.get("search", "")[:200],
        board_id=UUID(board) if board in boards else None,
        state=state if state in Post.State.values else "",
        kind=kind if kind in {"thread", "reply", "question"} else "",  # type: ignore[arg-type]
    )


@page("content.view")
def posts_page(request: StaffRequest) -> HttpResponse:
    """List what was said on boards, found by words, board, state and kind."""
    wanted = _wanted(request)
    found = search_posts(wanted)
    if request.GET.get("format") == "csv":
        rows = list(found.order_by("-posted_at", "-pk")[:MOST_ROWS])
        names = list_public_names({row.member_id for row in rows if row.member_id})
        header = [
            _("Posted at"),
            _("Board"),
            _("Title"),
            pgettext("boards", "Text"),
            pgettext("boards", "Author"),
            _("State"),
            _("Replies"),
            _("Likes"),
        ]
        cells = (
            [
                row.posted_at.isoformat(),
                row.board.name,
                row.title,
                row.text,
                names.get(row.member_id, "") if row.member_id else _("the brand"),
                row.get_state_display(),
                row.reply_count,
                row.like_count,
            ]
            for row in rows
        )
        return csv_response("posts", header, cells)
    posts = cut_page(found, order_by="-posted_at", cursor=request.GET.get("cursor"), size=30)
    query = request.GET.copy()
    query.pop("cursor", None)
    context = {
        "posts": posts,
        "names": list_public_names({row.member_id for row in posts.rows if row.member_id}),
        "excerpts": {row.pk: excerpt(row.text, 160) for row in posts.rows},
        "wanted": wanted,
        "boards": list_boards(with_closed=True),
        "states": Post.State.choices,
        "query": query.urlencode(),
        "is_filtered": any([wanted.words.strip(), wanted.board_id, wanted.state, wanted.kind]),
    }
    return show(request, "boards/console/posts.html", _("Posts"), context)


@page("content.view")
def post_page(request: StaffRequest, post_id: UUID) -> HttpResponse:
    """Show a thread with its replies in whatever state, their earlier texts, and what hides them."""
    post = get_post(post_id)
    thread = post.thread or post
    replies = list(
        search_posts(PostFilter()).filter(thread=thread).order_by("posted_at", "pk")[:MOST_REPLIES]
    )
    rows = [search_posts(PostFilter()).get(pk=thread.pk), *replies]
    names = list_public_names({row.member_id for row in rows if row.member_id})
    ids = [row.pk for row in rows]
    hidings = PostHiding.objects.filter(post__in=ids).order_by("hidden_at")
    versions = PostVersion.objects.filter(post__in=ids).order_by("replaced_at")
    context = {
        "thread": rows[0],
        "rows": [
            {
                "post": row,
                "author": names.get(row.member_id, "") if row.member_id else "",
                "html": shown_text(row.text),
                "hidings": [hiding for hiding in hidings if hiding.post_id == row.pk],
                "versions": [version for version in versions if version.post_id == row.pk],
                "may_release": row.state in {Post.State.HELD, Post.State.REFUSED},
                "may_hide": row.state in {Post.State.PUBLISHED, Post.State.HELD},
                "may_accept": rows[0].is_question and row.thread_id and row.state == Post.State.PUBLISHED,
            }
            for row in rows
        ],
        "may_reply": rows[0].state == Post.State.PUBLISHED and not rows[0].is_locked,
    }
    return show(request, "boards/console/post.html", rows[0].title, context)


@require_POST
@page("content.view")
def do(request: StaffRequest, post_id: UUID, verb: str) -> HttpResponse:
    """Do one thing with a post, then show its thread; each action asks for its own permission."""
    post = get_post(post_id)
    act = act_of(request)
    if verb == "hide":
        hide_post(**act, post_id=post_id, reference=f"staff:{post_id}")
    elif verb == "restore":
        restore_post(**act, reference=request.POST.get("reference", ""))
    elif verb == "release":
        release_post(**act, post_id=post_id)
    elif verb in {"pin", "unpin"}:
        pin_post(**act, post_id=post_id, is_pinned=verb == "pin")
    elif verb in {"lock", "unlock"}:
        lock_thread(**act, post_id=post_id, is_locked=verb == "lock")
    elif verb == "accept":
        accept_answer(**act, post_id=post_id)
    elif verb == "reply":
        reply_to_post(**act, post_id=post_id, text=request.POST.get("text", ""))
    else:
        raise PostNotFound
    messages.success(request, _("Done."))
    return redirect("content.post", post.thread_id or post.pk)


urlpatterns = [
    path("boards/", boards_page, name="content.boards"),
    path("boards/new/", new_board, name="content.new_board"),
    path("boards/posts/", posts_page, name="content.posts"),
    path("boards/posts/<uuid:post_id>/", post_page, name="content.post"),
    path("boards/posts/<uuid:post_id>/<slug:verb>/", do, name="content.do_with_post"),
    path("boards/<uuid:board_id>/", board_page, name="content.board"),
    path("boards/<uuid:board_id>/edit/", edit_board, name="content.edit_board"),
    path("boards/<uuid:board_id>/moderators/", appoint, name="content.appoint_board_moderator"),
    path(
        "boards/<uuid:board_id>/moderators/<int:duty_id>/dismiss/",
        dismiss,
        name="content.dismiss_board_moderator",
    ),
]
