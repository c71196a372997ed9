"""Template words for members."""

from django import template

from qunying.members.queries.attribute_titles import attribute_title, value_title
from qunying.members.queries.describe_members import name_of

register = template.Library()
register.filter("attribute_title", attribute_title)
register.filter("value_title", value_title)  # {{ attribute.name|value_title:attribute.value }}
register.filter("seen_by", name_of)  # {{ coupon.member|seen_by:request.actor }}
