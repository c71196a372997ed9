"""Give a template another text; what is planned already keeps the old one."""

from datetime import datetime
from uuid import UUID

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.messages.actions.create_template import TemplateNameTaken, TemplateWritten
from qunying.messages.models import Template
from qunying.messages.queries.get_template import TemplateNotFound, TemplateWithdrawn
from qunying.messages.template_text import TemplateText, checked_name, write_version


@action
def change_template(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    template_id: UUID,
    name: str,
    subject: str,
    body: str,
    variables: dict[str, str],
) -> TemplateWritten:
    """Change name and text of a template. A changed text is a new version.

    Raises:
        TemplateNotFound, TemplateWithdrawn, TemplateNameTaken, BadTemplateText, BadVariableName,
        UndeclaredVariable.
    """
    text = TemplateText(subject, body, variables).checked()
    name = checked_name(name)
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise TemplateNotFound
    if template.withdrawn_at is not None:
        raise TemplateWithdrawn(template=template.name)
    if Template.objects.filter(name=name).exclude(pk=template_id).exists():
        raise TemplateNameTaken(name=name)
    is_new_text = (template.subject, template.body, template.variables) != (
        text.subject,
        text.body,
        text.variables,
    )
    template.name, template.changed_at = name, now
    if is_new_text:
        template.subject, template.body, template.variables = text.subject, text.body, text.variables
        template.version += 1
    template.save()
    if is_new_text:
        write_version(template, text, now)
    return TemplateWritten(template.pk, template.version)
