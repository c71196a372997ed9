"""One spelling per identity, so that the same phone or address is always the same person."""

from django.utils.translation import gettext_lazy as _

from qunying.engines import normalise
from qunying.kernel.problems import Kind, Problem
from qunying.members.models import Identity

MAX_VALUE_LENGTH = 200
_SPELLINGS = {Identity.Type.EMAIL: normalise.email, Identity.Type.PHONE: normalise.phone}


class BadIdentity(Problem):
    """The value cannot be an identity of its type."""

    code = "bad_identity"
    kind = Kind.INVALID
    message = _("That is not a valid value for “{type}”.")


def normalise_identity(type: str, value: str) -> str:  # noqa: A002 - the word of the domain
    """Return the one spelling: e-mail in lower case, phone as +8613812341234, others trimmed.

    Raises:
        BadIdentity: when the type is unknown or the value cannot be of that type.
    """
    if type not in Identity.Type.values or len(value) > MAX_VALUE_LENGTH:
        raise BadIdentity(type=type[:20])
    spell = _SPELLINGS.get(Identity.Type(type), normalise.text)
    try:
        spelling = spell(value)
    except normalise.Unreadable as error:
        raise BadIdentity(type=type) from error
    if not spelling:
        raise BadIdentity(type=type)
    return spelling


def guess_contact_type(contact: str) -> str:
    """Return ``email`` for what has an @, else ``phone``; for forms with one field for either."""
    return str(Identity.Type.EMAIL if "@" in contact or "＠" in contact else Identity.Type.PHONE)
