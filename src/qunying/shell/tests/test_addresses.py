"""Views are found by the shape of their addresses as Django finds them."""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.urls import Resolver404, ResolverMatch, URLPattern, URLResolver, get_resolver

from qunying.shell.addresses import Addresses

SEEN = (
    "func",
    "args",
    "kwargs",
    "url_name",
    "view_name",
    "app_names",
    "namespaces",
    "route",
    "captured_kwargs",
)


def _routes(resolver: URLResolver, before: str = "") -> Iterator[str]:
    for each in resolver.url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLPattern):
            yield route
        else:
            yield from _routes(each, route)


def _filled(route: str, number: int) -> str:
    """Return an address of a route: ids and numbers where it takes them, a number where it takes any word."""
    text = re.sub(r"<uuid:\w+>", lambda _: str(uuid4()), route)
    return "/" + re.sub(r"<(?:\w+:)?\w+>", str(number), text)


def _told(match: ResolverMatch | None) -> dict[str, object]:
    return {name: getattr(match, name) for name in SEEN}


def test_every_address_has_the_view_that_django_finds() -> None:
    addresses, resolver, found = Addresses(), get_resolver(), 0
    for route in _routes(resolver):
        one, other = _filled(route, 7), _filled(route, 48_213)
        try:
            addresses.learn(one, resolver.resolve(one))
        except Resolver404:  # a regular expression: it is left to Django
            continue
        match = addresses.find(other)
        if match is not None:
            found += 1
            assert _told(match) == _told(resolver.resolve(other)), route
    assert found > 800, found


@pytest.mark.parametrize(
    "path",
    [
        "/console/members/not-an-id/",
        "/console/members/{}/more/",
        "/console/members/{}\n/",
        "/console/members/{}",
        "//console/members/{}/",
        "/api/v1/members/{}\n",
    ],
)
def test_what_has_another_shape_is_left_to_django(path: str) -> None:
    addresses, resolver = Addresses(), get_resolver()
    for known in (f"/console/members/{uuid4()}/", f"/api/v1/members/{uuid4()}"):
        addresses.learn(known, resolver.resolve(known))
        assert addresses.find(known)
    assert addresses.find(path.format(uuid4())) is None


def test_a_word_in_an_address_is_not_taken_for_the_route() -> None:
    addresses, resolver = Addresses(), get_resolver()
    address = "/console/activities/new/wheel/"
    addresses.learn(address, resolver.resolve(address))
    assert addresses.find(address) is None
