"""Every address of the web doors, from the URL configuration: a new one is looked at without being listed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.converters import IntConverter, SlugConverter, StringConverter, UUIDConverter
from django.urls.resolvers import RoutePattern

SAMPLES: dict[type, str] = {
    UUIDConverter: str(UUID(int=7)),
    IntConverter: "7",
    SlugConverter: "seven",
    StringConverter: "seven",
}


@dataclass(frozen=True)
class Address:
    """One route with values of no meaning in the places of its arguments."""

    name: str
    path: str
    view: Callable[..., Any]
    has_arguments: bool

    def __str__(self) -> str:
        return self.name


def addresses(prefix: str) -> list[Address]:
    """Return all addresses below a prefix such as ``console/``, without what the frame itself links to."""
    return [found for found in _walk(get_resolver().url_patterns, "") if found.path.startswith(f"/{prefix}")]


def _walk(patterns: list[URLPattern | URLResolver], before: str) -> Iterator[Address]:
    for entry in patterns:
        route = before + _filled(entry.pattern)
        if isinstance(entry, URLPattern):
            name = entry.name or route
            yield Address(name, f"/{route}", entry.callback, bool(entry.pattern.converters))
        elif getattr(entry, "namespace", None) != "admin":
            yield from _walk(entry.url_patterns, route)


def _filled(pattern: Any) -> str:
    """Return a route with samples in the places of its arguments."""
    if not isinstance(pattern, RoutePattern):
        return str(pattern).strip("^$")
    text = str(pattern)
    for name, converter in pattern.converters.items():
        sample = SAMPLES.get(type(converter)) or SAMPLES[StringConverter]
        for written in (
            f"<{name}>",
            *(f"<{kind}:{name}>" for kind in ("uuid", "int", "slug", "str", "path")),
        ):
            text = text.replace(written, sample)
    return text
