"""Console page of what members ask about their data, the first due first."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.paging import cut_page
from qunying.kernel.web import act_of
from qunying.members.actions.answer_data_request import answer_data_request
from qunying.members.actions.erase_member import erase_member
from qunying.members.models import DataRequest
from qunying.members.queries.describe_members import name_members
from qunying.members.queries.list_data_requests import list_data_requests


@page("members.view")
def data_requests(request: StaffRequest) -> HttpResponse:
    """List the requests of a state."""
    asked = request.GET.get("state", "")
    state = asked if asked in DataRequest.State.values else DataRequest.State.OPEN
    cut = cut_page(
        list_data_requests(state=state).order_by(),
        order_by="due_at",
        cursor=request.GET.get("cursor"),
        size=50,
    )
    names = name_members({row.member_id for row in cut.rows}, request.actor)
    context = {
        "rows": [(row, names[row.member_id]) for row in cut.rows],
        "next_cursor": cut.next_cursor,
        "states": DataRequest.State.choices,
        "state": state,
        "now": clock.now(),
        "may_erase": request.actor.may("members.erase_member"),
        "may_answer": request.actor.may("members.answer_data_request"),
    }
    return show(request, "members/data_requests.html", _("Data requests"), context)


@require_POST
@page("members.answer_data_request")
def answer(request: StaffRequest, request_id: UUID) -> HttpResponse:
    """Answer a request."""
    answer_data_request(
        **act_of(request),
        request_id=request_id,
        is_done=request.POST.get("outcome") == "done",
        answer=request.POST.get("answer", ""),
    )
    messages.success(request, _("Answered. The member reads it under “My data”."))
    return redirect("members.data_requests")


@require_POST
@page("members.erase_member")
def erase(request: StaffRequest, member_id: UUID) -> HttpResponse:
    """Erase a member for good."""
    if request.POST.get("sure") != "yes":
        messages.error(request, _("Tick that you are sure: it cannot be undone."))
        return redirect("members.data_requests")
    erased = erase_member(**act_of(request), member_id=member_id)
    count = sum(erased.gone.values())
    messages.success(request, _("Erased: {count} entries of this person are gone.").format(count=count))
    return redirect("members.data_requests")


urlpatterns = [
    path("members/<uuid:member_id>/erase/", erase, name="members.erase_member"),
    path("members/data-requests/", data_requests, name="members.data_requests"),
    path("members/data-requests/<uuid:request_id>/answer/", answer, name="members.answer_data_request"),
]
