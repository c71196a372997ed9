"""Console page of the event stream: how far its readers are, what it holds, and what was set aside."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST

from qunying.intake.actions.replay_quarantined import replay_quarantined
from qunying.intake.queries.list_quarantined import count_quarantined, list_quarantined
from qunying.kernel.console import StaffRequest, page, show
from qunying.kernel.web import act_of
from qunying.stream.events import EventType
from qunying.stream.queries.count_events import count_events
from qunying.stream.queries.get_status import get_status

REASON_TITLES = {
    "bad_shape": gettext_lazy("Not in the form of an event"),
    "too_large": gettext_lazy("Too large"),
    "too_old": gettext_lazy("Older than 13 months: import history as a file"),
    "from_the_future": gettext_lazy("Its time lies in the future"),
    "reserved_name": gettext_lazy("Only Qunying itself records events of this name"),
    "unknown_identity": gettext_lazy("Nobody has this identity yet"),
    "unknown_member": gettext_lazy("There is no such member"),
    "same_key_other_body": gettext_lazy("Its key was used for another event"),
}


@page("intake.view")
def events_page(request: StaffRequest) -> HttpResponse:
    """Show the state of the stream, its events by name, and the quarantine; bodies only to whoever may see contacts."""
    reason = request.GET.get("reason", "")
    reason = reason if reason in REASON_TITLES else ""
    aside = list_quarantined(reason=reason or None, cursor=request.GET.get("cursor"), size=30)
    waiting = count_quarantined()
    context = {
        "status": get_status(),
        "counts": [
            (EventType.known[name].title if name in EventType.known else "", name, count)
            for name, count in count_events().items()
        ],
        "waiting": [(key, REASON_TITLES[key], count) for key, count in waiting.items()],
        "aside": [(row, REASON_TITLES[row.reason]) for row in aside.rows],
        "next_cursor": aside.next_cursor,
        "reason": reason,
        "may_see_bodies": request.actor.may("members.see_contacts"),
    }
    return show(request, "intake/events.html", _("Event stream"), context)


@require_POST
@page("intake.replay_quarantined")
def replay(request: StaffRequest) -> HttpResponse:
    """Try the oldest 500 of the events that were set aside once more."""
    reason = request.POST.get("reason", "")
    done = replay_quarantined(**act_of(request), reasons=[reason] if reason in REASON_TITLES else None)
    messages.success(
        request,
        ngettext("%(count)s event was taken", "%(count)s events were taken", done.stored)
        % {"count": done.stored}
        + " · "
        + _("%(known)s were known already, %(left)s still do not fit")
        % {"known": done.duplicates, "left": done.still_quarantined},
    )
    return redirect("intake.events")


urlpatterns = [
    path("events/", events_page, name="intake.events"),
    path("events/replay/", replay, name="intake.replay_quarantined"),
]
