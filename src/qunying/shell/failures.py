"""Requests that never reach a view, and views that break: answered in words, in the way of the door they came through."""

import sys

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.kernel.web import problem_document
from qunying.members.member_web import protected
from qunying.shell.middleware import RequestTooLarge, answer_in_words


class RequestUnreadable(Problem):
    """The request is not one that any page could answer."""

    code = "request_unreadable"
    kind = Kind.INVALID
    message = _("This request cannot be read. Go back to the page before, and try again from there.")


class FormOutOfDate(Problem):
    """A form without the token of this browser: forged, or opened before somebody signed in anew."""

    code = "form_out_of_date"
    kind = Kind.FORBIDDEN
    message = _(
        "This form was opened before you signed in, or comes from somewhere else. Nothing was changed; open it again and send it once more."
    )


class DatabaseAway(Problem):
    """The database is stopped, restarting, or has no room left."""

    code = "database_away"
    kind = Kind.UNAVAILABLE
    message = _("The database does not answer right now. Nothing is lost; try again in a moment.")


class Crashed(Problem):
    """A defect of ours."""

    code = "internal_error"
    kind = Kind.UNAVAILABLE
    message = _("Something went wrong on our side; it was written into the log.")


def answer_unreadable(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Answer a request that Django refuses to read (status 400, or 413 where it is too large)."""
    if isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent):
        return _bare(request, RequestTooLarge(), 413)
    return _bare(request, RequestUnreadable(), 400)


def answer_forged_form(request: HttpRequest, reason: str = "") -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer a form that does not carry the token of the browser that sends it."""
    return answer_in_words(request, FormOutOfDate())


def answer_crash(request: HttpRequest) -> HttpResponse:
    """Answer when something broke: 503 when it was the database, which is worth another try, else 500."""
    if is_database_away(sys.exception()):
        return _bare(request, DatabaseAway(), 503)
    return _bare(request, Crashed(), 500)


def is_database_away(error: BaseException | None) -> bool:
    """Tell whether the database did not answer, or could not write."""
    return isinstance(error, OperationalError | InterfaceError)


def _bare(request: HttpRequest, problem: Problem, status: int) -> HttpResponse:
    """Return an answer that needs no database."""
    response: HttpResponse
    if request.path.startswith("/api/"):
        document = problem_document(problem, status)
        response = JsonResponse(document, status=status, content_type="application/problem+json")
    else:
        response = HttpResponse(render_to_string("shell/failure.html", {"problem": problem}), status=status)
    if status == 503:
        response["Retry-After"] = "5"
    return protected(response)
