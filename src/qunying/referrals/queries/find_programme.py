"""Programmes and codes."""

from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.members.queries.get_member import is_erased
from qunying.referrals.actions.close_programme import ProgrammeNotOpen
from qunying.referrals.drafting import UnknownProgramme
from qunying.referrals.models import InviteCode, Programme


class UnknownCode(Problem):
    """Nobody has this code."""

    code = "unknown_invite_code"
    kind = Kind.NOT_FOUND
    message = _("This invitation code is not known. Look at it again, or ask your friend for a new link.")


def find_open_programme() -> Programme | None:
    """Return the programme that is open, or None."""
    return Programme.objects.filter(state=Programme.State.OPEN).first()


def get_open_programme() -> Programme:
    """Return the programme that is open.

    Raises:
        ProgrammeNotOpen.
    """
    found = find_open_programme()
    if found is None:
        raise ProgrammeNotOpen
    return found


def get_programme(programme_id: UUID) -> Programme:
    """Return a programme.

    Raises:
        UnknownProgramme.
    """
    found = Programme.objects.filter(pk=programme_id).first()
    if found is None:
        raise UnknownProgramme
    return found


def list_programmes() -> QuerySet[Programme]:
    """Return all programmes."""
    return Programme.objects.all()


def get_code(code: str) -> InviteCode:
    """Return the row of a code, in whatever case it was typed.

    Raises:
        UnknownCode.
    """
    typed = "".join(sign for sign in code.upper() if sign.isalnum())[:12]
    found = InviteCode.objects.select_related("member").filter(code=typed).first()
    if found is None or is_erased(found.member_id):
        raise UnknownCode
    return found
