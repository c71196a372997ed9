"""Template words for members."""

from django import template

from qunying.members.queries.attribute_titles import attribute_title

register = template.Library()
register.filter("attribute_title", attribute_title)
