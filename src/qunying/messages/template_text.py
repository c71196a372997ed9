"""What a template says: checked before it is stored, stored as a version that never changes."""

from dataclasses import dataclass, field
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.actions.choose_language import UnknownLanguage
from qunying.messages.models import Template, TemplateVersion
from qunying.messages.rendering import check_variables, one_line, variables_in, visible

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
        texts: ``subject`` and ``body`` for members who have chosen a language, by its code; others read the text
            above.
    """

    subject: str
    body: str
    variables: dict[str, str]
    texts: dict[str, dict[str, str]] = field(default_factory=dict)

    def checked(self) -> "TemplateText":
        """Return the text as it is stored.

        Raises:
            BadTemplateText, BadVariableName, UndeclaredVariable, UnknownLanguage.
        """
        subject, body = _checked_text(self.subject, self.body)
        texts = {}
        for language, text in sorted(self.texts.items()):
            if language not in dict(settings.LANGUAGES):
                raise UnknownLanguage(language=language[:20])
            other_subject, other_body = _checked_text(text.get("subject", ""), text.get("body", ""))
            texts[language] = {"subject": other_subject or subject, "body": other_body}
        if len(self.variables) > MAX_VARIABLES or any(
            len(value) > MAX_FALLBACK for value in self.variables.values()
        ):
            raise BadTemplateText(field="variables", limit=MAX_FALLBACK)
        variables = {name: one_line(value) for name, value in self.variables.items()}
        others = [part for text in texts.values() for part in text.values()]
        check_variables((subject, body, *others), variables)
        return TemplateText(subject, body, variables, texts)


def _checked_text(subject: str, body: str) -> tuple[str, str]:
    subject, body = one_line(subject), visible(body.replace("\r\n", "\n"))
    if not body or len(body) > MAX_BODY:
        raise BadTemplateText(field="body", limit=MAX_BODY)
    if len(subject) > MAX_SUBJECT:
        raise BadTemplateText(field="subject", limit=MAX_SUBJECT)
    return subject, body


def text_in(language: str, text: Template | TemplateVersion | TemplateText) -> TemplateText:
    """Return a text as it is for somebody who has chosen a language; without one, as the brand writes it."""
    own = text.texts.get(language)
    if own is None:
        return TemplateText(text.subject, text.body, text.variables)
    return TemplateText(own["subject"], own["body"], text.variables)


def variables_of(text: TemplateVersion) -> set[str]:
    """Return the names of all variables that a text uses, in whatever language."""
    parts = [text.subject, text.body, *(part for own in text.texts.values() for part in own.values())]
    return set[str]().union(*map(variables_in, parts))


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
        texts=text.texts,
        created_at=now,
    )
