"""What a template says: checked before it is stored, stored as a version that never changes."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.messages.models import Template, TemplateVersion
from qunying.messages.rendering import check_variables, one_line, visible

MAX_NAME, MAX_SUBJECT, MAX_BODY, MAX_VARIABLES, MAX_FALLBACK = 100, 200, 10_000, 30, 200


class BadTemplateText(Problem):
    """A part of the template is empty or too long."""

    code = "bad_template_text"
    kind = Kind.INVALID
    message = _("“{field}” must not be empty and has at most {limit} characters.")


@dataclass(frozen=True)
class TemplateText:
    """What a template says.

    Args:
        subject: one line; for e-mail and the mailbox.
        body: plain text; ``{{ name }}`` stands for a variable.
        variables: what stands in for a missing value, by variable. Attributes of members (``country``) are
            named like that.
    """

    subject: str
    body: str
    variables: dict[str, str]

    def checked(self) -> "TemplateText":
        """Return the text as it is stored.

        Raises:
            BadTemplateText, BadVariableName, UndeclaredVariable.
        """
        subject, body = one_line(self.subject), visible(self.body.replace("\r\n", "\n"))
        if not body or len(body) > MAX_BODY:
            raise BadTemplateText(field="body", limit=MAX_BODY)
        if len(subject) > MAX_SUBJECT:
            raise BadTemplateText(field="subject", limit=MAX_SUBJECT)
        if len(self.variables) > MAX_VARIABLES or any(
            len(value) > MAX_FALLBACK for value in self.variables.values()
        ):
            raise BadTemplateText(field="variables", limit=MAX_FALLBACK)
        variables = {name: one_line(value) for name, value in self.variables.items()}
        check_variables((subject, body), variables)
        return TemplateText(subject, body, variables)


def checked_name(name: str) -> str:
    """Return a template's name as it is stored.

    Raises:
        BadTemplateText: when it is empty or too long.
    """
    name = one_line(name)
    if not name or len(name) > MAX_NAME:
        raise BadTemplateText(field="name", limit=MAX_NAME)
    return name


def write_version(template: Template, text: TemplateText, now: datetime) -> None:
    """Keep the text under the template's present version number."""
    TemplateVersion.objects.create(
        template=template,
        version=template.version,
        subject=text.subject,
        body=text.body,
        variables=text.variables,
        created_at=now,
    )
