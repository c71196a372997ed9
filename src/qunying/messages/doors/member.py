"""Member pages of this noun: signing in, the link of a message, stopping messages."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import path, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from qunying.kernel import clock
from qunying.kernel.actors import member_actor, system
from qunying.kernel.guessing import TooManyAttempts
from qunying.kernel.ids import new_id
from qunying.kernel.jobs import run_soon
from qunying.kernel.signed_links import BrokenLink, read_link
from qunying.kernel.web import address_of, command_id_of
from qunying.members.actions.change_consent import change_consent
from qunying.members.actions.issue_one_time_code import issue_one_time_code
from qunying.members.actions.redeem_one_time_code import redeem_one_time_code
from qunying.members.actions.redeem_sign_in_link import redeem_sign_in_link
from qunying.members.member_web import member_page, start_session
from qunying.members.queries.consent_wording import CHANNEL_TITLES
from qunying.members.queries.find_link_owner import find_link_owner, is_link_open
from qunying.members.queries.normalise_identity import BadIdentity
from qunying.members.sign_in_links import read_sign_in_link
from qunying.messages.actions.follow_link import follow_link


@require_http_methods(["GET", "POST"])
@member_page
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for a contact, and send it a code. The page after it looks the same whether the contact is known
    or not."""
    after = _own_page(request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return render(request, "messages/sign_in.html", {"next": after})
    contact = request.POST.get("contact", "").strip()
    try:
        issued = issue_one_time_code(
            command_id=command_id_of(request),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            contact_type="email" if "@" in contact else "phone",
            contact=contact,
            address=address_of(request),
        )
    except (BadIdentity, TooManyAttempts) as problem:
        context = {"next": after, "contact": contact, "problem": problem}
        return render(request, "messages/sign_in.html", context, status=problem.kind.http_status)
    run_soon("messages.deliver_code", code_id=str(issued.code_id), after=after)
    return HttpResponseRedirect(f"{reverse('messages.enter_code')}?{_query(str(issued.code_id), after)}")


@require_http_methods(["GET", "POST"])
@member_page
def enter_code(request: HttpRequest) -> HttpResponse:
    """Take the code that was sent; the right one starts a session."""
    fields = request.POST if request.method == "POST" else request.GET
    after = _own_page(fields.get("next", ""))
    try:
        code_id = UUID(fields.get("id", ""))
    except ValueError:
        return HttpResponseRedirect(reverse("messages.sign_in"))
    context = {"next": after, "id": code_id}
    if request.method == "GET":
        return render(request, "messages/enter_code.html", context)
    try:
        redeemed = redeem_one_time_code(
            command_id=command_id_of(request),
            actor=request.actor,  # type: ignore[attr-defined]
            now=clock.now(),
            code_id=code_id,
            code=request.POST.get("code", "")[:20],
            address=address_of(request),
        )
    except TooManyAttempts as problem:
        return render(request, "messages/enter_code.html", {**context, "problem": problem}, status=429)
    if redeemed.session_id is None:
        wrong = _("This code is not right, or it is too old. Look again, or ask for a new one.")
        return render(request, "messages/enter_code.html", {**context, "problem": wrong}, status=422)
    response = HttpResponseRedirect(after or reverse("members.home"))
    start_session(response, redeemed.session_id)
    return response


@require_http_methods(["GET", "POST"])
@member_page
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """Ask for the click that uses a link up: what only looks at messages, as mail scanners do, uses up nothing."""
    now = clock.now()
    link = read_sign_in_link(token, now)
    after = _own_page(link.after) or reverse("members.home")
    owner, member = find_link_owner(link), request.member  # type: ignore[attr-defined]
    if member is not None and owner is not None and member.id == owner.id:
        return HttpResponseRedirect(after)
    context = {"owner": owner, "after": after, "is_open": is_link_open(link, now)}
    if request.method == "GET" or not context["is_open"]:
        status = 200 if context["is_open"] else 410
        return render(request, "messages/sign_in_link.html", context, status=status)
    redeemed = redeem_sign_in_link(
        command_id=command_id_of(request),
        actor=request.actor,  # type: ignore[attr-defined]
        now=now,
        token=token,
        address=address_of(request),
    )
    if redeemed.session_id is None:
        return render(request, "messages/sign_in_link.html", {**context, "is_open": False}, status=410)
    response = HttpResponseRedirect(after)
    start_session(response, redeemed.session_id)
    return response


@require_GET
@member_page
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """Lead from the link of a message to the page behind it. What browsers fetch ahead of a click is no
    click."""
    now = clock.now()
    send_id = _id_in(token, "link", "send")
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return HttpResponse(status=204)
    followed = follow_link(command_id=str(new_id()), actor=system("link"), now=now, send_id=send_id)
    return HttpResponseRedirect(followed.path)


@csrf_exempt  # mail programs post here by themselves (RFC 8058); the signed token is what counts
@require_http_methods(["GET", "POST"])
@member_page
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether to stop promotions on one channel; a POST stops them. Nobody needs to sign in for that."""
    now = clock.now()
    member_id = _id_in(token, "unsubscribe", "member")
    channel = str(read_link(token, "unsubscribe", now).get("channel", ""))
    title = CHANNEL_TITLES.get(channel, channel)
    done = request.method == "POST"
    if done:
        change_consent(
            command_id=command_id_of(request),
            actor=member_actor(member_id, "members.change_consent"),
            now=now,
            member_id=member_id,
            channel=channel,
            granted=False,
            text=_("Stop promotions by {channel}.").format(channel=title),
        )
    return render(request, "messages/unsubscribe.html", {"channel": title, "done": done})


def _id_in(token: str, purpose: str, name: str) -> UUID:
    """Return an id that a signed token carries.

    Raises:
        BrokenLink, ExpiredLink: when the token is not good for this page.
    """
    fields = read_link(token, purpose, clock.now())
    try:
        return UUID(str(fields[name]))
    except (KeyError, ValueError) as error:
        raise BrokenLink from error


def _own_page(where: str) -> str:
    """Return where to go next if it is a member page of ours, else nothing."""
    is_ours = (
        where.startswith("/m/")
        and where.isprintable()  # no database keeps a NUL
        and ".." not in where
        and url_has_allowed_host_and_scheme(where, allowed_hosts=None)
    )
    return where if is_ours else ""


def _query(code_id: str, after: str) -> str:
    return urlencode({"id": code_id, **({"next": after} if after else {})})


urlpatterns = [
    path("sign-in/", sign_in, name="messages.sign_in"),
    path("sign-in/code/", enter_code, name="messages.enter_code"),
    path("sign-in/link/<str:token>", sign_in_by_link, name="messages.sign_in_by_link"),
    path("l/<str:token>", follow, name="messages.follow_link"),
    path("unsubscribe/<str:token>", unsubscribe, name="messages.unsubscribe"),
]
