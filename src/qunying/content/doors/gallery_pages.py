"""Member pages: the public gallery, and what a member sends in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.send_submission import (
    MOST_PICTURES,
    ConsentMissing,
    SubmissionEmpty,
    Work,
    send_submission,
)
from qunying.content.actions.withdraw_submission import withdraw_submission
from qunying.content.boards.names import list_public_names
from qunying.content.consent import submission_consent
from qunying.content.models import Submission
from qunying.content.pictures import keep_picture
from qunying.content.queries.get_item import list_gallery, list_submissions
from qunying.content.voices import SubmissionNotFound
from qunying.kernel import clock
from qunying.kernel.actors import member_actor
from qunying.kernel.guessing import count_attempt
from qunying.kernel.paging import cut_page
from qunying.kernel.problems import Problem
from qunying.kernel.web import command_id_of
from qunying.members.member_web import MemberRequest, act_of_member, member_page, signed_in_member_page
from qunying.members.queries.get_member import list_own_ids
from qunying.shop.queries.list_bought_products import list_bought_products


@require_GET
@member_page
def gallery(request: HttpRequest) -> HttpResponse:
    """Show what members sent in and staff accepted, newest first."""
    page = cut_page(list_gallery(), order_by="-decided_at", cursor=request.GET.get("cursor"), size=24)
    names = list_public_names({work.member_id for work in page.rows})
    return render(request, "content/gallery.html", {"page": page, "names": names})


@require_GET
@member_page
def gallery_work(request: HttpRequest, submission_id: UUID) -> HttpResponse:
    """Show one work of the gallery."""
    submission = list_gallery().filter(pk=submission_id).first()
    if submission is None:
        raise SubmissionNotFound
    member = request.member  # type: ignore[attr-defined]
    is_own = member is not None and submission.member_id in list_own_ids(member.id)
    names = list_public_names([submission.member_id])
    context = {"submission": submission, "is_own": is_own, "names": names}
    return render(request, "content/gallery_work.html", context)


@require_GET
@signed_in_member_page
def my_submissions(request: MemberRequest) -> HttpResponse:
    """Show what the member sent in and what became of it."""
    own = list_submissions(member_ids=list_own_ids(request.member.id)).order_by("-received_at")
    return render(request, "content/my_submissions.html", {"submissions": own[:100]})


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def new_submission(request: MemberRequest) -> HttpResponse:
    """Send something in."""
    consent = submission_consent(get_brand().name)
    context: dict[str, Any] = {
        "consent": consent,
        "kinds": Submission.Kind.choices,
        "products": list_bought_products(request.member.id),
        "most_pictures": MOST_PICTURES,
    }
    if request.method == "GET":
        return render(request, "content/new_submission.html", context)
    try:
        _send(request, consent)
    except Problem as problem:
        context |= {"problem": problem, "typed": request.POST}
        return render(request, "content/new_submission.html", context, status=problem.kind.http_status)
    messages.success(request, _("Thank you! Somebody looks at it soon."))
    return redirect("content.my_submissions")


def _send(request: MemberRequest, consent: str) -> None:
    now = clock.now()
    count_attempt(f"submission:{request.actor.key}", now=now, limit=10)
    if request.POST.get("consent") != "on":
        raise ConsentMissing
    files = request.FILES.getlist("pictures")
    if len(files) > MOST_PICTURES:
        raise SubmissionEmpty(limit=MOST_PICTURES)
    work = Work(
        kind=request.POST.get("kind", ""),
        title=request.POST.get("title", ""),
        text=request.POST.get("text", ""),
        product=request.POST.get("product", "")[:100],
        consent=consent,
        pictures=[keep_picture(file) for file in files],
    )
    send_submission(
        command_id=command_id_of(request),
        actor=member_actor(request.member.id, "content.send_submission"),
        now=now,
        member_id=request.member.id,
        work=work,
    )


@require_POST
@signed_in_member_page
def withdraw(request: MemberRequest, submission_id: UUID) -> HttpResponse:
    """Take one's work back."""
    withdraw_submission(
        **act_of_member(request, "content.withdraw_submission"),
        submission_id=submission_id,
        member_id=request.member.id,
    )
    messages.success(request, _("It is out of the gallery."))
    return redirect("content.my_submissions")


urlpatterns = [
    path("gallery/", gallery, name="content.gallery"),
    path("gallery/<uuid:submission_id>/", gallery_work, name="content.gallery_work"),
    path("submissions/", my_submissions, name="content.my_submissions"),
    path("submissions/new/", new_submission, name="content.new_submission"),
    path("submissions/<uuid:submission_id>/withdraw/", withdraw, name="content.withdraw_submission"),
]
