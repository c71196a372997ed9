"""Template words of boards."""

from collections.abc import Mapping

from django import template

register = template.Library()


@register.filter
def of(values: Mapping[object, str], key: object) -> str:
    """Look something up: ``{{ names|of:post.member_id }}``."""
    return values.get(key, "")
