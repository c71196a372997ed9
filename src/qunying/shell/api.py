"""The API: one router per noun, keys as bearer tokens, problems as RFC 9457 documents."""

from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from ninja.errors import HttpError, ValidationError
from ninja.security import HttpBearer

from qunying.accounts.queries.authenticate_key import find_key_actor
from qunying.kernel.actors import Actor, Unauthenticated
from qunying.kernel.problems import Problem
from qunying.kernel.web import problem_response
from qunying.shell.described_api import DescribedAPI, StrictParser
from qunying.shell.nouns import doors


class KeyAuth(HttpBearer):
    """``Authorization: Bearer qy_…``; whose key it is becomes ``request.actor``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:
        actor = find_key_actor(token)
        request.actor = actor  # type: ignore[attr-defined]
        return actor


ABOUT = """Community marketing from data to proof. A walk through it is in `docs/api.md`.

- **Key**: `Authorization: Bearer qy_…`, made under *Settings → Interfaces* or by `qunying accounts create-key`.
- **Scope**: the `operationId` for what writes, `NOUN.view` for what reads (`rewards.*` is all of a noun).
- **Idempotency-Key** with every write: the same request again gets the stored answer and has no second effect.
- **Amounts** (`…_minor`) are whole minor units: 1000 with CNY is ¥10.00. Ratios in basis points: 10000 is all. Instants carry their zone.
- **Lists** answer `items` and `next_cursor`; send it as `cursor` for the next page.
- **Refusals** are `application/problem+json` with a stable `code`; the `title` is a sentence in the language of `Accept-Language`."""

api = DescribedAPI(
    title="Qunying API",
    version="1",
    description=ABOUT,
    auth=KeyAuth(),
    urls_namespace="api",
    docs_url="/docs",
    parser=StrictParser(),
)


@api.exception_handler(Problem)
def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:  # noqa: ARG001
    """Answer with the problem's document."""
    return problem_response(problem)


@api.exception_handler(ValidationError)
def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:  # noqa: ARG001
    """Answer with where the request does not fit its schema."""
    fields = {".".join(str(part) for part in item["loc"]): item["msg"] for item in error.errors}
    return _refuse(422, "invalid", "The request does not fit the schema.", fields)


@api.exception_handler(HttpError)
def answer_unreadable(request: HttpRequest, error: HttpError) -> HttpResponse:  # noqa: ARG001
    """Answer that the request cannot be read."""
    return _refuse(error.status_code, "invalid", str(error))


@api.exception_handler(RequestDataTooBig)
def answer_too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:  # noqa: ARG001
    """Answer that the body is larger than what is read."""
    return _refuse(413, "invalid", "The body is too large.")


@api.exception_handler(Http404)
def answer_missing(request: HttpRequest, error: Http404) -> HttpResponse:  # noqa: ARG001
    """Answer that there is no such thing."""
    return _refuse(404, "not_found", "There is no such thing.")


def _refuse(status: int, kind: str, title: str, fields: dict[str, Any] | None = None) -> HttpResponse:
    """Answer a request that never came as far as an action."""
    document = {
        "type": "urn:qunying:problem:bad_request",
        "title": title,
        "status": status,
        "code": "bad_request",
        "kind": kind,
        "fields": fields or {},
    }
    return JsonResponse(document, status=status, content_type="application/problem+json")


@api.exception_handler(Unauthenticated)
def answer_unauthenticated(request: HttpRequest, problem: Unauthenticated) -> HttpResponse:  # noqa: ARG001
    """Answer that a valid key is needed."""
    return problem_response(problem)


for noun, door in doors("api"):
    api.add_router("", door.router, tags=[noun])
