"""Member pages of vetting: what of mine is held, why, and how to appeal."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from qunying.members.member_web import MemberRequest, act_of_member, signed_in_member_page
from qunying.vetting.actions.appeal_case import LONGEST_APPEAL, appeal_case
from qunying.vetting.queries.list_cases import list_own_cases, put_into_words


@require_GET
@signed_in_member_page
def held(request: MemberRequest) -> HttpResponse:
    """Show what of the member's is or was held for review."""
    context = {"rows": put_into_words(list_own_cases(request.member.id)), "longest": LONGEST_APPEAL}
    return render(request, "vetting/held.html", context)


@require_POST
@signed_in_member_page
def appeal(request: MemberRequest, case_id: UUID) -> HttpResponse:
    """Ask for another look at a refusal."""
    appeal_case(
        **act_of_member(request, "vetting.appeal_case"),
        case_id=case_id,
        member_id=request.member.id,
        text=request.POST.get("text", ""),
    )
    messages.success(request, _("Thank you. Somebody else will look at it and answer you here."))
    return redirect("vetting.held")


urlpatterns = [
    path("held/", held, name="vetting.held"),
    path("held/<uuid:case_id>/appeal/", appeal, name="vetting.appeal_case"),
]
