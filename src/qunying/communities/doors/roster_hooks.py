"""Webhooks in: a platform's program tells who joins and leaves a community."""

from typing import Annotated, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import to_jsonable_python

from qunying.communities.actions.import_roster import import_roster
from qunying.communities.doors.shapes import PersonIn
from qunying.communities.models import RosterFeed
from qunying.communities.queries.list_roster_feeds import get_open_feed, secret_of
from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.signed_webhooks import verify
from qunying.kernel.web import problem_response

MAX_BYTES = 2_000_000


class HookUnreadable(Problem):
    """The body of the webhook is not what it should be."""

    code = "hook_unreadable"
    kind = Kind.INVALID
    message = _("The body cannot be read: {where}: {reason}")


class People(BaseModel):
    """People of a roster."""

    model_config = ConfigDict(extra="forbid")
    people: Annotated[list[PersonIn], Field(max_length=5000)]


class RosterNews(BaseModel):
    """``roster.changed`` names people who joined, left or changed; ``roster.complete`` names everybody who is in."""

    type: Literal["roster.changed", "roster.complete"]
    data: People


@csrf_exempt
@require_POST
def roster_news(request: HttpRequest, feed_id: UUID) -> HttpResponse:
    """Take over what a signed feed says; the same message sent again changes nothing."""
    try:
        if int(request.headers.get("Content-Length") or 0) > MAX_BYTES:
            raise HookUnreadable(where="body", reason=f"> {MAX_BYTES} bytes")
        feed, now = get_open_feed(feed_id), clock.now()
        message_id = verify(secret_of(feed), request.headers, request.body, now)
        news = _read(request.body)
        taken = import_roster(
            command_id=message_id,
            actor=Actor("system", f"roster_feed:{feed.id}", frozenset({"communities.import_roster"})),
            now=now,
            community_id=feed.community_id,
            rows=[person.row() for person in news.data.people],
            is_complete=news.type == "roster.complete",
        )
    except Problem as problem:
        return problem_response(problem)
    RosterFeed.objects.filter(pk=feed.pk).update(heard_at=now)
    return JsonResponse(to_jsonable_python(taken))


def _read(body: bytes) -> RosterNews:
    try:
        return RosterNews.model_validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "body"
        raise HookUnreadable(where=where[:200], reason=str(first["msg"])[:200]) from error


urlpatterns = [path("rosters/<uuid:feed_id>/", roster_news, name="communities.roster_news")]
