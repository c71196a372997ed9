"""A text as one member would see it, before anything is planned."""

from collections.abc import Mapping
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from qunying.accounts.queries.get_brand import get_brand
from qunying.members.queries.attribute_titles import value_title
from qunying.members.queries.get_member import find_member
from qunying.members.queries.get_profile import list_attributes
from qunying.members.sign_in_links import PAGE
from qunying.messages.models import Purpose, Template
from qunying.messages.rendering import SIGN_IN_LINK, Rendered
from qunying.messages.sending.compose import render
from qunying.messages.sending.links import LINK_PAGE, UNSUBSCRIBE_PAGE
from qunying.messages.template_text import TemplateText

UNSIGNED = "…"


def render_template(template: Template, member_id: UUID | None) -> Rendered:
    """Return a template as a member would see it; without a member, with what stands in for missing
    values."""
    text = TemplateText(template.subject, template.body, template.variables)
    return render_text(text, template.purpose, member_id)


def render_text(text: TemplateText, purpose: str, member_id: UUID | None) -> Rendered:
    """Return a text that is still being written as a member would see it. Links are shown without their
    secrets.

    Raises:
        BadTemplateText, BadVariableName, UndeclaredVariable.
    """
    text = text.checked()
    stop = f"{settings.PUBLIC_URL}{UNSUBSCRIBE_PAGE}{UNSIGNED}" if purpose == Purpose.PROMOTION else ""
    return render(text, _values(member_id), stop)


def _values(member_id: UUID | None) -> Mapping[str, str]:
    values = {
        "brand": get_brand().name,
        "link": f"{settings.PUBLIC_URL}{LINK_PAGE}{UNSIGNED}",
        SIGN_IN_LINK: f"{settings.PUBLIC_URL}{PAGE}{UNSIGNED}",
    }
    member = find_member(member_id) if member_id else None
    if member is None:
        return values | {"name": _("[name]")}
    attributes = {each.name: value_title(each.name, each.value) for each in list_attributes(member.pk)}
    return attributes | values | {"name": member.name}
