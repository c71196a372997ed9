"""Console pages: what members send in, and what they say below items."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from qunying.accounts.queries.list_audit import name_actors
from qunying.content.actions.accept_submission import accept_submission
from qunying.content.actions.add_material import MaterialFacts, add_material
from qunying.content.actions.hide_comment import hide_comment
from qunying.content.actions.hide_submission import hide_submission
from qunying.content.actions.reject_submission import reject_submission
from qunying.content.actions.restore_comment import restore_comment
from qunying.content.actions.restore_submission import restore_submission
from qunying.content.drafting import ItemFieldInvalid
from qunying.content.models import Comment, Material, Submission
from qunying.content.queries.get_item import get_submission, list_submissions
from qunying.content.voices import list_hidings
from qunying.kernel.acts import Act
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of

USUAL_POINTS = 50


@page("content.view")
def submissions_page(request: StaffRequest) -> HttpResponse:
    """List what members sent in, what waits first."""
    state = request.GET.get("state", Submission.State.RECEIVED)
    found = list_submissions(state=state if state in Submission.State.values else "")
    context = {
        "page": cut_page(found, order_by="-received_at", cursor=request.GET.get("cursor"), size=30),
        "states": Submission.State.choices,
        "state": state,
    }
    return show(request, "content/submissions.html", _("Submissions and buyer shows"), context)


@page("content.view")
def submission_page(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Show one submission with its consent, and decide on it."""
    submission = get_submission(submission_id)
    hidings = list_hidings(submission)
    names = name_actors({key for row in hidings for key in (row.hidden_by, row.lifted_by) if key})
    others = list_submissions(member_ids=[submission.member_id]).exclude(pk=submission.pk)
    context = {
        "submission": submission,
        "others": others.order_by("-received_at")[:10],
        "usual_points": USUAL_POINTS,
        "hidings": [
            (row, names.get(row.hidden_by, row.hidden_by), names.get(row.lifted_by, row.lifted_by))
            for row in hidings
        ],
    }
    return show(request, "content/submission.html", submission.title, context)


@require_POST
@page("content.accept_submission")
def accept(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Take a submission into the gallery."""
    points = request.POST.get("points", "0").strip() or "0"
    if not (points.isascii() and points.isdigit() and len(points) <= 6):
        raise ItemFieldInvalid(field=_("Points"), value=points[:20])
    accepted = accept_submission(**act_of(request), submission_id=submission_id, points=int(points))
    text = ngettext(
        "In the gallery. The member got {points} point.",
        "In the gallery. The member got {points} points.",
        accepted.points,
    )
    messages.success(request, text.format(points=accepted.points))
    return redirect("content.submission", submission_id)


@require_POST
@page("content.reject_submission")
def reject(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Turn a submission down."""
    reject_submission(**act_of(request), submission_id=submission_id, reason=request.POST.get("reason", ""))
    messages.success(request, _("Not taken. The member reads the reason."))
    return redirect("content.submission", submission_id)


@require_POST
@page("content.hide_submission")
def hide(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Take a submission out of the gallery."""
    hide_submission(**act_of(request), submission_id=submission_id)
    messages.success(request, _("Out of the gallery."))
    return redirect("content.submission", submission_id)


@require_POST
@page("content.restore_submission")
def restore(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Put a submission back into the gallery."""
    restore_submission(**act_of(request), submission_id=submission_id)
    messages.success(request, _("It is back where it was."))
    return redirect("content.submission", submission_id)


@require_POST
@page("content.add_material")
def keep(request: StaffRequest, submission_id: UUID) -> HttpResponse:
    """Put the pictures of an accepted submission into the library."""
    submission = get_submission(submission_id)
    if submission.state != Submission.State.ACCEPTED:
        messages.error(request, _("Accept it first."))
        return redirect("content.submission", submission_id)
    facts = MaterialFacts(
        name=submission.title, rights=Material.Rights.MEMBER, rights_holder=str(submission.member)
    )
    act = act_of(request)
    for place in submission.places.all():
        own: Act = {**act, "command_id": f"{act['command_id']}:{place.position}"}
        add_material(**own, facts=facts, picture_id=place.picture_id)
    messages.success(request, _("Its pictures are in the library."))
    return redirect("content.submission", submission_id)


@page("content.view")
def comments_page(request: StaffRequest) -> HttpResponse:
    """List comments, what waits for review first."""
    state = request.GET.get("state", "")
    comments = Comment.objects.select_related("item", "member")
    if state in Comment.State.values:
        comments = comments.filter(state=state)
    context = {
        "page": cut_page(comments, order_by="-created_at", cursor=request.GET.get("cursor"), size=50),
        "states": Comment.State.choices,
        "state": state,
    }
    return show(request, "content/comments.html", _("Comments"), context)


@require_POST
@page("content.hide_comment")
def hide_one(request: StaffRequest, comment_id: UUID) -> HttpResponse:
    """Hide a comment."""
    hide_comment(**act_of(request), comment_id=comment_id)
    messages.success(request, _("Hidden."))
    return redirect("content.comments")


@require_POST
@page("content.restore_comment")
def show_one(request: StaffRequest, comment_id: UUID) -> HttpResponse:
    """Show a comment that waited or was hidden."""
    restore_comment(**act_of(request), comment_id=comment_id)
    messages.success(request, _("Everybody sees it now."))
    return redirect("content.comments")


_ONE = "content/submissions/<uuid:submission_id>/"
urlpatterns = [
    path("content/submissions/", submissions_page, name="content.submissions"),
    path(_ONE, submission_page, name="content.submission"),
    path(f"{_ONE}accept/", accept, name="content.accept_submission"),
    path(f"{_ONE}reject/", reject, name="content.reject_submission"),
    path(f"{_ONE}hide/", hide, name="content.hide_submission"),
    path(f"{_ONE}restore/", restore, name="content.restore_submission"),
    path(f"{_ONE}keep/", keep, name="content.keep_pictures"),
    path("content/comments/", comments_page, name="content.comments"),
    path("content/comments/<uuid:comment_id>/hide/", hide_one, name="content.hide_comment"),
    path("content/comments/<uuid:comment_id>/show/", show_one, name="content.restore_comment"),
]
