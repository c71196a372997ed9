"""The API: one router per noun, keys as bearer tokens, problems as RFC 9457 documents."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import ValidationError
from ninja.security import HttpBearer

from qunying.accounts.queries.authenticate_key import find_key_actor
from qunying.kernel.actors import Actor, Unauthenticated
from qunying.kernel.problems import Problem
from qunying.kernel.web import problem_response
from qunying.shell.nouns import doors


class KeyAuth(HttpBearer):
    """``Authorization: Bearer qy_…``; the actor becomes ``request.auth``."""

    def authenticate(self, request: HttpRequest, token: str) -> Actor | None:  # noqa: ARG002
        return find_key_actor(token)


api = NinjaAPI(
    title="Qunying API",
    version="1",
    description="Community marketing from data to proof. Send `Idempotency-Key` with every write.",
    auth=KeyAuth(),
    urls_namespace="api",
    docs_url="/docs",
)


@api.exception_handler(Problem)
def answer_problem(request: HttpRequest, problem: Problem) -> HttpResponse:  # noqa: ARG001
    """Answer with the problem's document."""
    return problem_response(problem)


@api.exception_handler(ValidationError)
def answer_invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    """Answer with where the request does not fit its schema."""
    document: dict[str, Any] = {
        "type": "urn:qunying:problem:bad_request",
        "title": "The request does not fit the schema.",
        "status": 422,
        "code": "bad_request",
        "kind": "invalid",
        "fields": {".".join(str(part) for part in item["loc"]): item["msg"] for item in error.errors},
    }
    return api.create_response(request, document, status=422)


@api.exception_handler(Unauthenticated)
def answer_unauthenticated(request: HttpRequest, problem: Unauthenticated) -> HttpResponse:  # noqa: ARG001
    """Answer that a valid key is needed."""
    return problem_response(problem)


for noun, door in doors("api"):
    api.add_router("", door.router, tags=[noun])
