"""One spelling per identity, so that the same phone or address is always the same person."""

import re
import unicodedata

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.models import Identity

MAX_VALUE_LENGTH = 200
_PHONE_NOISE = re.compile(r"[\s\-().]")
_CHINESE_MOBILE = re.compile(r"(?:\+86|0086|86)?(1\d{10})")
_OTHER_PHONE = re.compile(r"\+?\d{5,17}")


class BadIdentity(Problem):
    """The value cannot be an identity of its type."""

    code = "bad_identity"
    kind = Kind.INVALID
    message = _("That is not a valid value for “{type}”.")


def normalise_identity(type: str, value: str) -> str:  # noqa: A002 - the word of the domain
    """Return the one spelling: e-mail in lower case, phone without noise and +86, others trimmed.

    Raises:
        BadIdentity: when the type is unknown or the value cannot be of that type.
    """
    text = unicodedata.normalize("NFKC", value).strip()
    if type not in Identity.Type.values or not text or len(text) > MAX_VALUE_LENGTH or not text.isprintable():
        raise BadIdentity(type=type[:20])
    if type == Identity.Type.EMAIL:
        return _email(text)
    if type == Identity.Type.PHONE:
        return _phone(text)
    return text


def guess_contact_type(contact: str) -> str:
    """Return ``email`` for what has an @, else ``phone``; for forms with one field for either."""
    return str(Identity.Type.EMAIL if "@" in unicodedata.normalize("NFKC", contact) else Identity.Type.PHONE)


def _email(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError as error:
        raise BadIdentity(type="email") from error
    return text.lower()


def _phone(text: str) -> str:
    digits = _PHONE_NOISE.sub("", text)
    if chinese := _CHINESE_MOBILE.fullmatch(digits):
        return chinese[1]
    if not _OTHER_PHONE.fullmatch(digits):
        raise BadIdentity(type="phone")
    return digits
