"""Write a new template."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Purpose, Template
from qunying.messages.template_text import BadTemplateText, TemplateText, checked_name, write_version


class TemplateNameTaken(Problem):
    """Another template has the name."""

    code = "message_template_name_taken"
    kind = Kind.CONFLICT
    message = _("There is a template named “{name}” already.")


@dataclass(frozen=True)
class TemplateWritten:
    """The template and its version now."""

    template_id: UUID
    version: int


@action
def create_template(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    name: str,
    purpose: str,
    subject: str,
    body: str,
    variables: dict[str, str],
    texts: dict[str, dict[str, str]] | None = None,
) -> TemplateWritten:
    """Write a template.

    Args:
        name: what staff call it.
        purpose: ``promotion`` or ``service``; it never changes, because consent hangs on it.
        subject, body, variables, texts: see :class:`TemplateText`.

    Raises:
        TemplateNameTaken, BadTemplateText, BadVariableName, UndeclaredVariable, UnknownLanguage.
    """
    text = TemplateText(subject, body, variables, texts or {}).checked()
    name = checked_name(name)
    if purpose not in Purpose.values:
        raise BadTemplateText(field="purpose", limit=10)
    if Template.objects.filter(name=name).exists():
        raise TemplateNameTaken(name=name)
    template = Template.objects.create(
        name=name,
        purpose=purpose,
        subject=text.subject,
        body=text.body,
        variables=text.variables,
        texts=text.texts,
        created_at=now,
        changed_at=now,
    )
    write_version(template, text, now)
    return TemplateWritten(template.pk, 1)
