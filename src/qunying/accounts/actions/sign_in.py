"""A person of the staff signs in, or somebody tries to as them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.kernel.actions import action
from qunying.kernel.actors import Actor
from qunying.kernel.problems import Kind, Problem

MAX_ADDRESS = 64


class Way(StrEnum):
    """By what somebody shows who they are."""

    LINK = "link"
    PASSWORD = "password"  # noqa: S105 - a word, no secret
    CODE = "code"
    RECOVERY_CODE = "recovery_code"


class SignInRefused(Problem):
    """Somebody was not let in."""

    code = "sign_in_refused"
    kind = Kind.INVALID
    message = _("Not let in, from {address}.")


class WrongPassword(SignInRefused):
    """The password is another, or nobody has the e-mail address."""

    code = "sign_in_wrong_password"
    message = _("The password was wrong, from {address}.")


class WrongCode(SignInRefused):
    """The code of the second factor is another."""

    code = "sign_in_wrong_code"
    message = _("The code of the second factor was wrong, from {address}.")


class TooManySignIns(SignInRefused):
    """Password or code were tried too often."""

    code = "sign_in_too_many"
    message = _("Too many tries, from {address}.")


class AccessIsClosed(SignInRefused):
    """The person may not sign in any more."""

    code = "sign_in_closed"
    message = _("Their access is closed; they tried from {address}.")


class Refused(StrEnum):
    """Why somebody was not let in."""

    WRONG_PASSWORD = WrongPassword.code
    WRONG_CODE = WrongCode.code
    TOO_MANY = TooManySignIns.code
    CLOSED = AccessIsClosed.code


@dataclass(frozen=True)
class SignedIn:
    """Who came in, by what, and from where. Nothing of it is a secret."""

    user_id: UUID
    ways: list[Way]
    address: str


@action
def sign_in(
    *,
    command_id: str,
    actor: Actor,
    now: datetime,
    address: str,
    user_id: UUID | None = None,
    ways: list[Way] | None = None,
    refused: Refused | None = None,
) -> SignedIn:
    """Note that a person came in, or that somebody was not let in: it is the audit's, nothing hangs on it.

    Args:
        address: the network address that they came from.
        user_id: who, or as whom; None when nobody is called as was typed (which is not noted).
        ways: by what they have shown who they are.
        refused: why they were not let in.

    Raises:
        WrongPassword, WrongCode, TooManySignIns, AccessIsClosed: as ``refused`` says, for the audit to keep.
    """
    shown = address[:MAX_ADDRESS]
    if refused is not None or user_id is None:
        raise Problem.by_code[refused or Refused.WRONG_PASSWORD](address=shown)
    return SignedIn(user_id, ways or [], shown)
