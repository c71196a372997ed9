"""What every web door needs: the command id of a request, problems as RFC 9457 documents, protected downloads."""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext_lazy as _

from qunying.kernel import clock
from qunying.kernel.actors import Actor
from qunying.kernel.acts import Act
from qunying.kernel.ids import new_id
from qunying.kernel.problems import Kind, Problem

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# The shape of an idempotency key: visible ASCII.
COMMAND_ID = re.compile(r"[!-~]{1,200}")


class BadCommandId(Problem):
    """The idempotency key is not one."""

    code = "bad_command_id"
    kind = Kind.INVALID
    message = _("An idempotency key is 1 to 200 letters, digits and signs, without spaces.")


class ActingRequest(HttpRequest):
    """A request of which it is known who acts (for type checkers; the door sees to it)."""

    actor: Actor


class ApiRequest(ActingRequest):
    """A request with a valid key; whose it is acts."""


def command_id_of(request: HttpRequest) -> str:
    """Return the command id that the caller chose, else a new one.

    It is the ``Idempotency-Key`` header, or the form's ``command_id``.

    Raises:
        BadCommandId: when it is not visible ASCII of at most 200 characters.
    """
    chosen = request.headers.get("Idempotency-Key")
    if chosen is None:
        chosen = request.POST.get("command_id") or str(new_id())
    if not COMMAND_ID.fullmatch(chosen):
        raise BadCommandId
    return chosen


def act_of(request: ActingRequest) -> Act:
    """Return under which command, by whom and when a request acts."""
    return Act(command_id=command_id_of(request), actor=request.actor, now=clock.now())


def address_of(request: HttpRequest) -> str:
    """Return the network address that a request came from. Headers are not believed: anybody writes them."""
    return str(request.META.get("REMOTE_ADDR", ""))


def number_in(text: str, *, digits: int) -> int:
    """Return the whole number that a page sent, of at most so many digits; 0 for anything else."""
    return int(text) if text.isdecimal() and text.isascii() and len(text) <= digits else 0


def problem_document(problem: Problem, status: int | None = None) -> dict[str, Any]:
    """Return the RFC 9457 body of a problem; ``status`` where HTTP has a closer word than the problem's kind."""
    return {
        "type": f"urn:qunying:problem:{problem.code}",
        "title": str(problem),
        "status": status or problem.kind.http_status,
        "code": problem.code,
        "kind": problem.kind.label,
        "fields": dict(
            sorted(problem.fields.items())
        ),  # in one order, also when a stored refusal is told again
    }


def problem_response(problem: Problem, status: int | None = None) -> JsonResponse:
    """Return a problem as an ``application/problem+json`` answer."""
    document = problem_document(problem, status)
    response = JsonResponse(document, status=document["status"], content_type="application/problem+json")
    if problem.kind.http_status in {429, 503}:
        response["Retry-After"] = str(problem.fields.get("retry_after_seconds", 1))
    return response


def inert(cell: object) -> object:
    """Return a cell that no spreadsheet takes for a formula: a quote goes before anything that looks like one."""
    if isinstance(cell, str) and cell.startswith(FORMULA_STARTS):
        return f"'{cell}"
    return cell


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return rows as CSV text whose cells are inert in spreadsheets."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([inert(cell) for cell in header])
    writer.writerows([inert(cell) for cell in row] for row in rows)
    return text.getvalue()


def csv_response(name: str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """Return a CSV download, with a byte-order mark so that spreadsheets read it as UTF-8."""
    response = HttpResponse("\ufeff" + csv_text(header, rows), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return response
