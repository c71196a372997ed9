"""Invite a person to the brand's staff."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import User
from qunying.accounts.roles import Role
from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem


class EmailTaken(Problem):
    """Somebody on the staff has this e-mail."""

    code = "email_taken"
    kind = Kind.CONFLICT
    message = _("{email} already belongs to somebody on the staff.")


class EmailInvalid(Problem):
    """The text is no e-mail address."""

    code = "email_invalid"
    kind = Kind.INVALID
    message = _("“{email}” is not an e-mail address.")


@dataclass(frozen=True)
class Invited:
    """The new person."""

    user_id: UUID


@action
def invite_staff(
    *, command_id: str, actor: Actor, now: datetime, email: str, name: str, role: Role, language: str = ""
) -> Invited:
    """Add a person to the staff; they sign in with a link until they set a password.

    Raises:
        EmailInvalid: when the e-mail is not one.
        EmailTaken: when somebody has it.
    """
    email = email.strip().lower()
    try:
        validate_email(email)
    except ValidationError as error:
        raise EmailInvalid(email=email) from error
    if User.objects.filter(email=email).exists():
        raise EmailTaken(email=email)
    user = User.objects.create_user(email, name=name.strip(), role=role.value, language=language)
    return Invited(user.id)
