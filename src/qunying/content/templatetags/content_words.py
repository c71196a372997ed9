"""Template words of content."""

from urllib.parse import urlencode

from django import template

register = template.Library()


@register.filter
def shortened(name: object) -> str:
    """A member's name as the public sees it: the first character and stars."""
    text = str(name or "").strip()
    return f"{text[0]}**" if text else "**"


@register.filter
def urlencode_way(way: dict[str, str]) -> str:
    """How somebody came, as the query of an address."""
    return urlencode(way)
