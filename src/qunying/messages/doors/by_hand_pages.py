"""The page of what a person has to post: the text to copy, and what became of it."""

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.kernel import clock
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import act_of
from qunying.messages.actions.confirm_by_hand import confirm_by_hand
from qunying.messages.queries.list_by_hand import count_by_hand, list_by_hand


@page("messages.view")
def by_hand_page(request: StaffRequest) -> HttpResponse:
    """List the posts that wait for a person."""
    context = {
        "tab": "by_hand",
        "items": list_by_hand(),
        "counts": count_by_hand(clock.now() - timedelta(days=30)),
    }
    return show(request, "messages/by_hand.html", _("To be sent by hand"), context)


@require_POST
@page("messages.confirm_by_hand")
def confirm(request: StaffRequest, send_id: UUID) -> HttpResponse:
    """Note that a post was sent, or will not be."""
    outcome = request.POST.get("outcome")
    confirm_by_hand(
        **act_of(request), send_ids=[send_id], outcome="sent" if outcome == "sent" else "not_sent"
    )
    messages.success(request, _("Noted."))
    return redirect("messages.by_hand")


urlpatterns = [
    path("messages/by-hand/", by_hand_page, name="messages.by_hand"),
    path("messages/by-hand/<uuid:send_id>/", confirm, name="messages.confirm_by_hand"),
]
