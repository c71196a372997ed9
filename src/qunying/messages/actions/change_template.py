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
    texts: dict[str, dict[str, str]] | None = None,
) -> TemplateWritten:
    """Change name and text of a template. A changed text is a new version.

    Args:
        texts: for members who chose a language; None leaves those there are.

    Raises:
        TemplateNotFound, TemplateWithdrawn, TemplateNameTaken, BadTemplateText, BadVariableName,
        UndeclaredVariable, UnknownLanguage.
    """
    name = checked_name(name)
    template = Template.objects.select_for_update().filter(pk=template_id).first()
    if template is None:
        raise TemplateNotFound
    if template.withdrawn_at is not None:
        raise TemplateWithdrawn(template=template.name)
    kept = template.texts if texts is None else texts
    text = TemplateText(subject, body, variables, kept).checked()
    if Template.objects.filter(name=name).exclude(pk=template_id).exists():
        raise TemplateNameTaken(name=name)
    is_new_text = text != TemplateText(template.subject, template.body, template.variables, template.texts)
    template.name, template.changed_at = name, now
    if is_new_text:
        template.subject, template.body = text.subject, text.body
        template.variables, template.texts = text.variables, text.texts
        template.version += 1
    template.save()
    if is_new_text:
        write_version(template, text, now)
    return TemplateWritten(template.pk, template.version)
