"""The member's own pages: home, my data, sign out. Signing in needs messages: see that noun."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from pydantic_core import to_json

from qunying.accounts.queries.get_brand import get_brand
from qunying.kernel import clock
from qunying.kernel.guessing import count_attempt
from qunying.kernel.web import act_of, command_id_of
from qunying.members.actions.ask_about_data import ask_about_data
from qunying.members.actions.change_consent import BadChannel, change_consent
from qunying.members.actions.end_session import end_session
from qunying.members.centre import TITLES, Tab, Visit, fill_panels, greeting_at, list_entries
from qunying.members.doors import preferences
from qunying.members.member_web import (
    MemberRequest,
    act_of_member,
    forget_session,
    member_page,
    proved_member_page,
    signed_in_member_page,
)
from qunying.members.models import DataRequest
from qunying.members.queries.consent_wording import CHANNEL_TITLES, consent_text
from qunying.members.queries.describe_members import pseudonym
from qunying.members.queries.export_member import export_member
from qunying.members.queries.get_profile import list_attributes, list_consent_states, list_identities
from qunying.members.queries.list_data_requests import list_data_requests


@require_GET
@member_page
def home(request: HttpRequest) -> HttpResponse:
    """Greet, and show what each noun has for the reader now."""
    visit = _visit(request)
    context = {"greeting": greeting_at(visit.now, visit.zone), "panels": fill_panels(Tab.HOME, visit)}
    return render(request, "members/home.html", context)


@require_GET
@signed_in_member_page
def membership(request: MemberRequest) -> HttpResponse:
    """Show what being a member brings: tier, points, coupons, honours."""
    return _start_page(request, Tab.MEMBERSHIP)


@require_GET
@member_page
def community(request: HttpRequest) -> HttpResponse:
    """Show where people talk and what they show."""
    return _start_page(request, Tab.COMMUNITY)


@require_GET
@signed_in_member_page
def me(request: MemberRequest) -> HttpResponse:
    """Show who is signed in, and the pages about them."""
    name = request.member.name.strip()
    more = {"initial": name[:1].upper() or "☺", "number": pseudonym(request.member.id)}
    return _start_page(request, Tab.ME, "members/me.html", more)


def _visit(request: HttpRequest) -> Visit:
    request.brand = get_brand()  # type: ignore[attr-defined]  # the page's frame asks for it as well
    return Visit(request.member, clock.now(), request.brand.zone)  # type: ignore[attr-defined]


def _start_page(
    request: HttpRequest,
    tab: Tab,
    template: str = "members/start_page.html",
    more: dict[str, str] | None = None,
) -> HttpResponse:
    visit = _visit(request)
    context = {
        "title": TITLES[tab],
        "panels": fill_panels(tab, visit),
        "entries": list_entries(tab, signed_in=visit.member is not None),
    }
    return render(request, template, {**context, **(more or {})})


@require_http_methods(["GET", "POST"])
@proved_member_page
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
        "requests": list_data_requests(member_id=request.member.id).order_by("-asked_at")[:20],
        "request_kinds": DataRequest.Kind.choices,
    }
    return render(request, "members/my_data.html", context)


def _change_consent(request: MemberRequest) -> HttpResponse:
    channel = request.POST.get("channel", "")
    if channel not in CHANNEL_TITLES:
        raise BadChannel(channel=channel[:20])
    granted = request.POST.get("answer") == "agree"
    change_consent(
        **act_of(request),
        member_id=request.member.id,
        channel=channel,
        granted=granted,
        text=consent_text(get_brand().name, channel),
    )
    messages.success(
        request, _("You agreed. Thank you.") if granted else _("Withdrawn. We will not write there.")
    )
    return HttpResponseRedirect(request.path)


@require_POST
@proved_member_page
def ask(request: MemberRequest) -> HttpResponse:
    """Ask to have something put right, or erased."""
    ask_about_data(
        **act_of_member(request, "members.ask_about_data"),
        member_id=request.member.id,
        kind=request.POST.get("kind", ""),
        text=request.POST.get("text", ""),
    )
    messages.success(request, _("We have your request and answer it here, within 15 days."))
    return HttpResponseRedirect(reverse("members.my_data"))


@require_GET
@proved_member_page
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
    *preferences.urlpatterns,
    path("", home, name="members.home"),
    path("membership/", membership, name="members.membership"),
    path("community/", community, name="members.community"),
    path("me/", me, name="members.me"),
    path("data/", my_data, name="members.my_data"),
    path("data/ask/", ask, name="members.ask_about_data"),
    path("data/download/", download_my_data, name="members.download_my_data"),
    path("sign-out/", sign_out, name="members.sign_out"),
]
