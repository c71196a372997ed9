"""The page of notices: what members are told by itself, switched on and off."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import act_of
from qunying.messages.actions.switch_notice import switch_notice
from qunying.messages.queries.list_notices import list_notices


@page("messages.view")
def notices_page(request: StaffRequest) -> HttpResponse:
    """List the kinds of notice."""
    context = {
        "tab": "notices",
        "notices": list_notices(),
        "may_switch": request.actor.may("messages.switch_notice"),
    }
    return show(request, "messages/notices.html", _("Notices to members"), context)


@require_POST
@page("messages.switch_notice")
def switch(request: StaffRequest, notice: str) -> HttpResponse:
    """Switch a kind of notice."""
    is_on = switch_notice(**act_of(request), notice=notice, is_on=request.POST.get("is_on") == "yes")
    messages.success(request, _("Switched on.") if is_on else _("Switched off."))
    return redirect("messages.notices")


urlpatterns = [
    path("messages/notices/", notices_page, name="messages.notices"),
    path("messages/notices/<slug:notice>/", switch, name="messages.switch_notice"),
]
