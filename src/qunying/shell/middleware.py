"""Problems at the web's edge: an RFC 9457 document for programs, a clear page for people."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from qunying.kernel.console import show
from qunying.kernel.problems import Kind, Problem
from qunying.kernel.web import problem_response


class ProblemMiddleware:
    """Turn a problem that a view raised into an answer; anything else stays a crash."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer a problem in the way of the door that it came through."""
        if not isinstance(exception, Problem):
            return None
        if request.path.startswith("/api/"):
            return problem_response(exception)
        status = exception.kind.http_status
        if request.path.startswith("/m/"):
            return render(request, "members/problem.html", {"problem": exception}, status=status)
        back = request.headers.get("Referer", "")
        if request.method == "POST" and exception.kind.is_refusal and _is_ours(request, back):
            messages.error(request, str(exception))
            return HttpResponseRedirect(back)
        title = str(_TITLES[exception.kind])
        return show(request, "kernel/console_problem.html", title, {"problem": exception}, status=status).render()


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
