"""One template, and the version of it that goes out."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Template, TemplateVersion


class TemplateNotFound(Problem):
    """There is no such template."""

    code = "message_template_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such message template.")


class TemplateWithdrawn(Problem):
    """The template was taken out of use."""

    code = "message_template_withdrawn"
    kind = Kind.CONFLICT
    message = _("“{template}” was withdrawn. Choose another template.")


def get_template(template_id: UUID) -> Template:
    """Return a template.

    Raises:
        TemplateNotFound: when there is none.
    """
    template = Template.objects.filter(pk=template_id).first()
    if template is None:
        raise TemplateNotFound
    return template


def get_current_version(template_id: UUID) -> TemplateVersion:
    """Return the present version of a template that is in use.

    Raises:
        TemplateNotFound: when there is no such template.
        TemplateWithdrawn: when it is out of use.
    """
    template = get_template(template_id)
    if template.withdrawn_at is not None:
        raise TemplateWithdrawn(template=template.name)
    return template.versions.select_related("template").get(version=template.version)
