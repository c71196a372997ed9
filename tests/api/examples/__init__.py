"""One valid request for every operation of the API, each with what must exist before it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from qunying.shell.api import api


@dataclass(frozen=True)
class Example:
    """A request that succeeds.

    Args:
        path: values of the path's parameters.
        query: parameters after the question mark.
        body: the JSON body, for operations that take one.
        files: by field the name and content of files; the body then goes as a form beside them.
        other: a second valid body, to be refused under the same idempotency key; None where nothing can vary.
    """

    path: Mapping[str, object] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None
    other: Any = None
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)


@dataclass(frozen=True)
class Operation:
    """One operation as the API's description has it."""

    id: str
    method: str
    route: str

    def __str__(self) -> str:
        return self.id

    @property
    def writes(self) -> bool:
        """Whether it may change something."""
        return self.method != "get"

    def send(self, program: Client, example: Example, *, key: str = "", body: Any = None) -> Any:
        """Send the example, optionally with an idempotency key and another body."""
        headers = {"idempotency-key": key} if key else {}
        content: dict[str, Any] = {}
        if example.files:
            sent = {name: SimpleUploadedFile(*file) for name, file in example.files.items()}
            content = {"data": {**(body if body is not None else example.body), **sent}}
        elif example.body is not None:
            content = {"data": body if body is not None else example.body, "content_type": "application/json"}
        call = getattr(program, self.method)
        path = self.route.format(**example.path)
        return call(path, query_params=dict(example.query), headers=headers, **content)


Builder = Callable[[], Example]
EXAMPLES: dict[str, Builder] = {}


def example(operation_id: str) -> Callable[[Builder], Builder]:
    """Register the builder of an operation's example."""

    def register(builder: Builder) -> Builder:
        assert operation_id not in EXAMPLES, operation_id
        EXAMPLES[operation_id] = builder
        return builder

    return register


def operations() -> list[Operation]:
    """Return every operation of the API."""
    return [
        Operation(operation["operationId"], method, route)
        for route, methods in api.get_openapi_schema()["paths"].items()
        for method, operation in methods.items()
    ]


for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
