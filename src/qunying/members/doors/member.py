"""The member's own pages: home, my data, sign out. Signing in needs messages: see that noun."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pydantic_core import to_json

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.guessing import count_attempt
from qunying.kernel.web import command_id_of
from qunying.members.actions.change_consent import BadChannel, change_consent
from qunying.members.actions.end_session import end_session
from qunying.members.member_web import MemberRequest, forget_session, member_page, signed_in_member_page
from qunying.members.queries.consent_wording import CHANNEL_TITLES, consent_text
from qunying.members.queries.export_member import export_member
from qunying.members.queries.get_profile import list_attributes, list_consent_states, list_identities


@require_GET
@member_page
def home(request: HttpRequest) -> HttpResponse:
    """Show where to go from here."""
    return render(request, "members/home.html")


@require_http_methods(["GET", "POST"])
@signed_in_member_page
def my_data(request: MemberRequest) -> HttpResponse:
    """Show what the brand knows of the member; a POST changes one consent."""
    if request.method == "POST":
        return _change_consent(request)
    granted = {row.channel: row for row in list_consent_states(request.member.id)}
    brand = get_brand()
    consents = [
        {
            "channel": channel,
            "title": title,
            "text": consent_text(brand.name, channel),
            "state": granted.get(channel),
        }
        for channel, title in CHANNEL_TITLES.items()
    ]
    context = {
        "identities": list_identities(request.member.id),
        "attributes": list_attributes(request.member.id),
        "consents": consents,
    }
    return render(request, "members/my_data.html", context)


def _change_consent(request: MemberRequest) -> HttpResponse:
    channel = request.POST.get("channel", "")
    if channel not in CHANNEL_TITLES:
        raise BadChannel(channel=channel[:20])
    granted = request.POST.get("answer") == "agree"
    change_consent(
        command_id=command_id_of(request),
        actor=request.actor,
        now=clock.now(),
        member_id=request.member.id,
        channel=channel,
        granted=granted,
        text=consent_text(get_brand().name, channel),
    )
    messages.success(
        request, _("You agreed. Thank you.") if granted else _("Withdrawn. We will not write there.")
    )
    return HttpResponseRedirect(request.path)


@require_GET
@signed_in_member_page
def download_my_data(request: MemberRequest) -> HttpResponse:
    """Hand out everything that is kept of the member, as one JSON file."""
    now = clock.now()
    count_attempt(f"export:{request.actor.key}", now=now, limit=5)
    response = HttpResponse(to_json(export_member(request.member.id, now), indent=2), "application/json")
    response["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


@require_POST
@member_page
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session, here and on the server."""
    session = request.member_session  # type: ignore[attr-defined]
    if session is not None:
        end_session(
            command_id=command_id_of(request),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            session_id=session.id,
        )
    response = HttpResponseRedirect("/m/")
    forget_session(response)
    return response


urlpatterns = [
    path("", home, name="members.home"),
    path("data/", my_data, name="members.my_data"),
    path("data/download/", download_my_data, name="members.download_my_data"),
    path("sign-out/", sign_out, name="members.sign_out"),
]
