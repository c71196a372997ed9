"""Problems at the web's edge: an RFC 9457 document for programs, a clear page for people."""

from collections.abc import Callable
from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext_lazy as _

from qunying.accounts.powers import name_permission
from qunying.kernel.actors import Forbidden
from qunying.kernel.console import show
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.web import problem_response
from qunying.members.member_web import protected

# The most that pages for members take: nine pictures of ten megabytes, and the words with them.
MOST_BYTES = 100_000_000


class PageNotFound(Problem):
    """There is no page at this address."""

    code = "page_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no page at this address. Perhaps a part of the link was lost.")


class BadAddress(Problem):
    """The address holds what no text can."""

    code = "bad_address"
    kind = Kind.INVALID
    message = _("The address holds signs that no text can have.")


class RequestTooLarge(Problem):
    """More was sent than any page takes."""

    code = "request_too_large"
    kind = Kind.INVALID
    message = _("That is more than can be taken at once. Send less, or smaller files.")


class ProblemMiddleware:
    """Turn a problem that a view raised into an answer; anything else stays a crash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", "") or "\0" in request.path_info:
            return answer_in_words(request, BadAddress())
        if _is_too_large(request):
            return answer_in_words(request, RequestTooLarge(), 413)
        response = self.get_response(request)
        if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED and _is_opened(request):
            response = HttpResponseRedirect(page_above(request.path))
        if request.path.startswith(("/console/", "/api/")):
            response.headers.setdefault("Cache-Control", "private, no-store")
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem in the way of the door that it came through."""
        if not isinstance(exception, Problem):
            return None
        back = request.headers.get("Referer", "")
        if request.method == "POST" and exception.kind.is_refusal and _is_ours(request, back):
            messages.error(request, str(exception))
            return HttpResponseRedirect(back)
        return answer_in_words(request, exception)


def answer_missing_page(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:  # noqa: ARG001 - Django's signature
    """Answer that there is no such page, in the way of the door."""
    return answer_in_words(request, PageNotFound())


def answer_in_words(request: HttpRequest, problem: Problem, status: int | None = None) -> HttpResponse:
    """Answer with a problem: a document for programs, a page of the console or of the member web for people."""
    status = status or problem.kind.http_status
    if request.path.startswith("/api/"):
        return problem_response(problem, status)
    if request.path.startswith("/console/") and request.user.is_authenticated:
        title = str(_TITLES[problem.kind])
        if isinstance(problem, Forbidden):
            problem = Forbidden(action=name_permission(str(problem.fields["action"])))
        return show(
            request, "kernel/console_problem.html", title, {"problem": problem}, status=status
        ).render()
    return protected(render(request, "members/problem.html", {"problem": problem}, status=status))


def _is_too_large(request: HttpRequest) -> bool:
    """Tell whether somebody who is not on the staff sends more than pages for members take: files are read before any view is asked."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or int(length) <= MOST_BYTES or request.path.startswith("/api/"):
        return False
    return not request.user.is_authenticated


def page_above(path: str) -> str:
    """Return the nearest address above one that leads anywhere: ``/console/honours/7/give/`` is a form of ``/console/honours/7/``."""
    above = path.rstrip("/").rpartition("/")[0] + "/"
    if above.count("/") <= 2:  # a door's first page
        return above
    try:
        resolve(above)
    except Resolver404:
        return page_above(above)
    return above


def _is_opened(request: HttpRequest) -> bool:
    """Tell whether somebody opens an address in a browser: an address that only takes forms leads to the page of the form.

    That is where a refused form, a reload or a kept address may leave one.
    """
    is_page = request.path.startswith(("/console/", "/m/"))
    return is_page and request.method == "GET" and "text/html" in request.headers.get("Accept", "")


def _is_ours(request: HttpRequest, url: str) -> bool:
    return url.startswith(f"{request.scheme}://{request.get_host()}/console/")


_TITLES = {
    Kind.INVALID: _("That did not work"),
    Kind.NOT_FOUND: _("Not found"),
    Kind.UNAUTHENTICATED: _("Please sign in"),
    Kind.FORBIDDEN: _("Not allowed"),
    Kind.CONFLICT: _("That is no longer possible"),
    Kind.LIMITED: _("Too fast"),
    Kind.UNAVAILABLE: _("Not available right now"),
}
