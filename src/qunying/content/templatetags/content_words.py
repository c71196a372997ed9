"""Template words of content."""

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.filter
def urlencode_way(way: dict[str, str]) -> str:
    """How somebody came, as the query of an address."""
    return urlencode(way)
