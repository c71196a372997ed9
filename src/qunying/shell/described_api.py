"""The API's description, with every refusal, and how it reads requests."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NoReturn

from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.openapi.schema import REF_TEMPLATE, OpenAPISchema
from ninja.operation import Operation
from ninja.parser import Parser
from ninja.types import DictStrAny

from qunying.kernel.problems import Kind

REFUSALS = {
    400: "The request cannot be read: not JSON, or text that cannot be stored.",
    401: "No valid API key was sent.",
    403: "The key lacks the scope.",
    404: "There is no such thing.",
    409: "The rules of the business say no.",
    413: "The body is too large.",
    422: "The request does not fit the schema, or its values are not possible.",
    429: "Too many requests; `Retry-After` says how many seconds to wait.",
    503: "Nothing was changed; try again after `Retry-After` seconds.",
}
PROBLEM_SCHEMA: dict[str, Any] = {
    "title": "Problem",
    "description": "What went wrong, as RFC 9457 describes it.",
    "type": "object",
    "required": ["type", "title", "status", "code", "kind", "fields"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "kind": {"type": "string", "enum": [kind.label for kind in Kind]},
        "fields": {"type": "object"},
    },
}
KEY_PARAMETER: dict[str, Any] = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 200},
    "description": "Repeating a request with the same key gives the stored answer and has no second effect.",
}


class ShapesClashError(TypeError):
    """Two shapes of one noun have the same name."""


class NounSchema(OpenAPISchema):
    """A description in which every noun has shapes of its own: ``members.MemberOut`` is not ``segments.MemberOut``."""

    noun = ""

    def operation_details(self, operation: Operation) -> DictStrAny:
        """Describe an operation; its id begins with the noun."""
        self.noun = (operation.operation_id or "").partition(".")[0]
        return super().operation_details(operation)

    def _create_schema_from_model(
        self, model: Any, by_alias: bool = True, remove_level: bool = True, mode: Any = "validation"
    ) -> tuple[DictStrAny, bool]:
        known, self.schemas = self.schemas, {}
        schema, required = super()._create_schema_from_model(model, by_alias, remove_level, mode)
        met, self.schemas = self.schemas, known
        names = {name: f"{self.noun}.{name}" for name in met}
        if mode == "serialization" and self._differ(_renamed(met, names), names):
            names = {name: f"{self.noun}.{name}.answer" for name in met}
        self.add_schema_definitions({names[name]: shape for name, shape in _renamed(met, names).items()})
        return _renamed(schema, names), required

    def _differ(self, shapes: Mapping[str, Any], names: Mapping[str, str]) -> bool:
        return any(self.schemas.get(names[name], shape) != shape for name, shape in shapes.items())

    def add_schema_definitions(self, definitions: dict[str, Any]) -> None:
        """Keep shapes.

        Raises:
            ShapesClashError: another one has the name already.
        """
        for name, shape in definitions.items():
            if self.schemas.setdefault(name, shape) != shape:
                raise ShapesClashError(name)


def _renamed(part: Any, names: Mapping[str, str]) -> Any:
    """Return a piece of a description whose references use the new names."""
    if isinstance(part, list):
        return [_renamed(item, names) for item in part]
    if not isinstance(part, dict):
        return part
    changed = {name: _renamed(value, names) for name, value in part.items()}
    reference = part.get("$ref")
    if isinstance(reference, str):
        name = reference.rpartition("/")[2]
        changed["$ref"] = REF_TEMPLATE.format(model=names.get(name, name))
    return changed


class DescribedAPI(NinjaAPI):
    """An API whose description names the refusals and the idempotency key of every operation."""

    def get_openapi_schema(
        self, *, path_prefix: str | None = None, path_params: DictStrAny | None = None
    ) -> Any:
        """Return the description, completed."""
        schema = NounSchema(
            self, self.get_root_path(path_params or {}) if path_prefix is None else path_prefix
        )
        schema["components"].setdefault("schemas", {})["Problem"] = PROBLEM_SCHEMA
        for methods in schema["paths"].values():
            for method, operation in methods.items():
                if method != "get":
                    operation.setdefault("parameters", []).append(KEY_PARAMETER)
                for status, description in REFUSALS.items():
                    operation["responses"].setdefault(status, _refusal(description))
        return schema


def _refusal(description: str) -> dict[str, Any]:
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {"description": description, "content": content}


class StrictParser(Parser):
    """Reads JSON as its standard has it, and only text that the database can hold."""

    def parse_body(self, request: HttpRequest) -> DictStrAny:
        """Return the body, or raise ValueError."""
        body: DictStrAny = json.loads(request.body, parse_constant=_refuse)
        if b"\\u" in request.body or b"\0" in request.body:
            _check(body)
        return body


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _check(value: object) -> None:
    """Refuse NUL and halves of characters, which escapes can smuggle into valid JSON."""
    checks: dict[type, Callable[[Any], None]] = {str: _check_text, list: _check_items, dict: _check_pairs}
    check = checks.get(type(value))
    if check is not None:
        check(value)


def _check_text(text: str) -> None:
    text.encode()
    if "\0" in text:
        raise ValueError("NUL in a text")


def _check_items(items: list[Any]) -> None:
    for item in items:
        _check(item)


def _check_pairs(pairs: dict[str, Any]) -> None:
    for name, value in pairs.items():
        _check_text(name)
        _check(value)
