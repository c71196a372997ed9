"""The member web ``/m/``: who is signed in, and the decorators of its pages.

    @signed_in_member_page
    def my_coupons(request: MemberRequest) -> HttpResponse: ...   # request.member, request.actor

Its pages need no scripts, are kept by no cache, and tell no other site where somebody came from.
"""

import functools
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Concatenate
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils.csp import CSP
from django.utils.translation import get_language, override

from qunying.kernel import clock
from qunying.kernel.actors import Actor, Unauthenticated, member_actor
from qunying.kernel.acts import Act
from qunying.kernel.problems import Problem
from qunying.kernel.remembering import remember, remembering
from qunying.kernel.signed_links import BrokenLink, ExpiredLink, read_link, sign_link
from qunying.kernel.web import ActingRequest, command_id_of
from qunying.members.models import IdentityMap, Member, MemberSession
from qunying.members.queries.get_member import find_member, list_own_ids, resolve_member_id

COOKIE = "qy_member"
COOKIE_PATH = "/m/"
SIGN_IN_PAGE = "messages.sign_in"
MEMBER_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.NONCE],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
OWN_ACTIONS = (
    "members.change_consent",
    "members.choose_language",
    "members.choose_quiet_hours",
    "members.end_session",
)


class MemberRequest(ActingRequest):
    """A request of somebody signed in (``signed_in_member_page`` sees to it)."""

    member: Member
    member_session: MemberSession


def act_of_member(request: MemberRequest, *permissions: str) -> Act:
    """Return under which command, by whom and when a page of the member web acts: its member, with no more than these action ids."""
    actor = member_actor(request.member.id, *permissions)
    return Act(command_id=command_id_of(request), actor=actor, now=clock.now())


def visitor() -> Actor:
    """Return the actor of who has not signed in: they may ask for a code and redeem it."""
    allowed = {
        "members.issue_one_time_code",
        "members.redeem_one_time_code",
        "members.redeem_sign_in_link",
    }
    return Actor(kind="system", id="member_web", permissions=frozenset(allowed))


# Of a session: who its member is now, when they were merged into another; and the ids merged into them.
_NOW_OF = Subquery(IdentityMap.objects.filter(key=OuterRef("member_id")).values("member_id")[:1])
_MERGED_IDS = ArraySubquery(
    IdentityMap.objects.filter(member_id=OuterRef("member_id")).order_by("key").values("key")
)


def find_member_session(token: str, now: datetime) -> MemberSession | None:
    """Return the running session of a cookie's value, or None."""
    try:
        session_id = UUID(str(read_link(token, "member_session", now)["session"]))
    except (BrokenLink, ExpiredLink):
        return None
    running = MemberSession.objects.filter(pk=session_id, ended_at=None, expires_at__gt=now)
    return running.select_related("member").annotate(now_of=_NOW_OF, merged_ids=_MERGED_IDS).first()


def start_session(response: HttpResponse, session_id: UUID) -> None:
    """Give the browser the cookie of a session that ``redeem_one_time_code`` has begun."""
    session = MemberSession.objects.get(pk=session_id)
    token = sign_link("member_session", {"session": str(session.id)}, session.expires_at)
    lifetime = session.expires_at - session.created_at
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(lifetime / timedelta(seconds=1)),
        path=COOKIE_PATH,
        secure=settings.BEHIND_HTTPS,
        httponly=True,
        samesite="Lax",
    )


def forget_session(response: HttpResponse) -> None:
    """Take the cookie back."""
    response.delete_cookie(COOKIE, path=COOKIE_PATH, samesite="Lax")


def member_page[**P](
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Make a view a page of the member web; a problem is shown as a page of the same kind.

    ``request.member`` is who is signed in, or None.
    """

    @functools.wraps(view)
    def wrapper(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        with remembering() if request.method == "GET" else nullcontext():
            _recognise(request)
            language = _language_of(request)
            with override(language):
                try:
                    response = view(request, *args, **kwargs)
                    if hasattr(response, "render"):
                        response = response.render()
                except Problem as problem:
                    response = show_problem(request, problem)
        response["Content-Language"] = language
        return protected(response)

    return wrapper


def signed_in_member_page[**P](
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Make a view a page for signed-in members; ``request.member`` is all that it may show."""

    def gate(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.member is None:  # type: ignore[attr-defined]
            return _to_sign_in(request)
        return view(request, *args, **kwargs)  # type: ignore[arg-type]

    return member_page(functools.wraps(view)(gate))


def proved_member_page[**P](
    view: Callable[Concatenate[MemberRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Make a view a page for members who have shown that a contact is theirs.

    Who came by the link of a message is asked for a code first: messages are passed on.
    """

    def gate(request: MemberRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.member_session.is_proved:
            return _to_sign_in(request)
        return view(request, *args, **kwargs)

    return signed_in_member_page(functools.wraps(view)(gate))


def show_problem(request: HttpRequest, problem: Problem) -> HttpResponse:
    """Return the page that tells a member what does not work."""
    return render(request, "members/problem.html", {"problem": problem}, status=problem.kind.http_status)


def protected(response: HttpResponse) -> HttpResponse:
    """Return an answer with the headers of the member web."""
    response._csp_config = MEMBER_CSP  # type: ignore[attr-defined]  # noqa: SLF001 - as Django's csp_override does
    # Not “no-referrer”: browsers would send “Origin: null” with forms, which must not count as ours.
    response["Referrer-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _recognise(request: HttpRequest) -> None:
    session = find_member_session(request.COOKIES.get(COOKIE, ""), clock.now())
    member = _member_of(session) if session else None
    request.member = member  # type: ignore[attr-defined]
    request.member_session = session  # type: ignore[attr-defined]
    request.actor = member_actor(member.id, *OWN_ACTIONS) if member else visitor()  # type: ignore[attr-defined]


def _member_of(session: MemberSession) -> Member | None:
    """Return whose session it is. What came with it is not asked for again on this page."""
    member = session.member
    if session.now_of is not None:  # type: ignore[attr-defined]
        return find_member(member.id)
    remember(resolve_member_id, member.id, member.id)
    remember(find_member, member, member.id)
    remember(list_own_ids, [member.id, *session.merged_ids], member.id)  # type: ignore[attr-defined]
    return member


def _language_of(request: HttpRequest) -> str:
    """Return what the member has chosen, else what the browser asks for."""
    member = request.member  # type: ignore[attr-defined]
    return (member.language if member else "") or get_language() or settings.LANGUAGE_CODE


def _to_sign_in(request: HttpRequest) -> HttpResponse:
    try:
        sign_in = reverse(SIGN_IN_PAGE)
    except NoReverseMatch as error:
        raise Unauthenticated from error
    if request.method != "GET":
        return HttpResponseRedirect(sign_in)
    return HttpResponseRedirect(f"{sign_in}?{urlencode({'next': request.get_full_path()})}")
