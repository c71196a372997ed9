"""Counting who saw what on the member web.

A page is fetched by many who never show it to anybody: chats that make a preview of a link, browsers that fetch ahead. So a page itself
counts nothing. It holds a picture of one pixel (``seen.gif``), which is only asked for where the page is really shown, needs no
script, and tells no other site. Clicks go through our own address and lead on. Each counts once a day for a browser or member.
"""

from base64 import b64decode
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from qunying.accounts.queries.get_brand import get_brand
from qunying.content.actions.note_visit import Visit, note_visit
from qunying.content.publishing import LINK_PURPOSE
from qunying.kernel import clock
from qunying.kernel.actors import Actor, member_actor
from qunying.kernel.clock import local_day
from qunying.kernel.guessing import TooManyAttempts, count_attempt
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Problem
from qunying.kernel.signed_links import read_link, sign_link
from qunying.kernel.web import address_of
from qunying.members.actions.link_anonymous import link_anonymous
from qunying.members.member_web import COOKIE_PATH

PIXEL = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
VISITOR_COOKIE = "qy_visitor"
VISITOR_LASTS = timedelta(days=180)
MOST_A_MINUTE = 120


def count_visit(
    request: HttpRequest, response: HttpResponse, item_id: UUID, *, followed: bool = False
) -> None:
    """Count a view or click, unless a program fetched it ahead or the address asks like one."""
    now = clock.now()
    if "prefetch" in request.headers.get("Sec-Purpose", request.headers.get("Purpose", "")):
        return
    try:
        count_attempt(f"content_visit:{address_of(request)}", now=now, limit=MOST_A_MINUTE)
    except TooManyAttempts:
        return
    share = request.GET.get("s", "")[:22]
    community_id = community_in(request.GET.get("from", ""), item_id, now)
    member = request.member  # type: ignore[attr-defined]
    anonymous_id = None if member else _visitor(request, response, now)
    if member is not None:
        _recognise(request, response, member.id, now)
        actor = member_actor(member.id, "content.note_visit")
    else:
        actor = Actor("system", f"visitor:{anonymous_id}", frozenset({"content.note_visit"}))
    day = local_day(now, get_brand().zone)
    verb, way = "click" if followed else "view", share or community_id or ""
    visit = Visit(
        item_id=item_id,
        member_id=member.id if member else None,
        anonymous_id=anonymous_id,
        community_id=community_id,
        share=share,
        followed=followed,
    )
    note_visit(command_id=f"{verb}:{item_id}:{day}:{_visible(way)}", actor=actor, now=now, visit=visit)


def community_in(token: str, item_id: UUID, now: datetime) -> UUID | None:
    """Return the community whose post led to an item, as the signed link says; None without a good one."""
    if not token:
        return None
    try:
        fields = read_link(token, LINK_PURPOSE, now)
        return UUID(str(fields["community"])) if fields["item"] == str(item_id) else None
    except (Problem, KeyError, ValueError):
        return None


def _visible(way: object) -> str:
    return "".join(sign for sign in str(way) if "!" <= sign <= "~")


def _visitor(request: HttpRequest, response: HttpResponse, now: datetime) -> UUID:
    """Return the id of a browser; a new one gets its cookie."""
    known = _known_visitor(request, now)
    if known is not None:
        return known
    visitor_id = new_id()
    response.set_cookie(
        VISITOR_COOKIE,
        sign_link("visitor", {"id": str(visitor_id)}, now + VISITOR_LASTS),
        max_age=int(VISITOR_LASTS.total_seconds()),
        path=COOKIE_PATH,
        secure=settings.BEHIND_HTTPS,
        httponly=True,
        samesite="Lax",
    )
    return visitor_id


def _known_visitor(request: HttpRequest, now: datetime) -> UUID | None:
    try:
        return UUID(str(read_link(request.COOKIES.get(VISITOR_COOKIE, ""), "visitor", now)["id"]))
    except (Problem, KeyError, ValueError):
        return None


def _recognise(request: HttpRequest, response: HttpResponse, member_id: UUID, now: datetime) -> None:
    """What a browser saw before its owner signed in counts as theirs. Then the browser is nobody's again."""
    visitor_id = _known_visitor(request, now)
    if visitor_id is None:
        return
    with suppress(Problem):  # two people share the browser: what it saw stays nobody's
        link_anonymous(
            command_id=f"visitor:{visitor_id}",
            actor=member_actor(member_id, "members.link_anonymous"),
            now=now,
            anonymous_id=visitor_id,
            member_id=member_id,
        )
    response.delete_cookie(VISITOR_COOKIE, path=COOKIE_PATH, samesite="Lax")
