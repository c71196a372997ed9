"""Which view serves an address, found by its shape: there are hundreds of routes, and Django tries them one after another."""

import re

from django.urls import ResolverMatch
from django.urls.resolvers import RoutePattern

# Parts of an address that are ids or numbers. A route that takes one id takes every other as well, and so with numbers: addresses
# that differ in nothing else have the same view.
_ID = re.compile(r"(?<=/)[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?=/|\Z)")
_NUMBER = re.compile(r"(?<=/)[0-9]+(?=/|\Z)")


class Addresses:
    """The shapes of the addresses that were asked for, with their routes: no more than there are routes."""

    def __init__(self) -> None:
        """Begin with none."""
        self._known: dict[str, tuple[RoutePattern, ResolverMatch]] = {}

    def find(self, path: str) -> ResolverMatch | None:
        """Return the view of an address when one of its shape is known, with the parameters of this one."""
        known = self._known.get(_shape(path))
        return known and _matched(*known, path)

    def learn(self, path: str, match: ResolverMatch) -> None:
        """Keep what Django has found, if nothing but ids and numbers tells this address from others with the same view."""
        shape, values = _shape(path), match.kwargs.values()
        if shape.count("<") != len(values) or not all("<" in _shape(f"/{value}") for value in values):
            return
        route = RoutePattern(match.route, is_endpoint=True)
        again = _matched(route, match, path)
        if again and not match.args and again.kwargs == match.kwargs:
            self._known[shape] = route, match


def _shape(path: str) -> str:
    return _NUMBER.sub("<number>", _ID.sub("<id>", path))


def _matched(route: RoutePattern, example: ResolverMatch, path: str) -> ResolverMatch | None:
    found = route.match(path.removeprefix("/"))
    if not found:
        return None
    return ResolverMatch(
        example.func,
        (),
        found[2],
        url_name=example.url_name,
        app_names=[*example.app_names],
        namespaces=[*example.namespaces],
        route=example.route,
        captured_kwargs=found[2],
        extra_kwargs={},
    )
