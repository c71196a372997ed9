"""People of the staff, by id and by e-mail."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import User
from qunying.kernel.problems import Kind, Problem


class StaffNotFound(Problem):
    """There is no such person on the staff."""

    code = "staff_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such person on the staff.")


def get_staff(user_id: UUID) -> User:
    """Return a person of the staff.

    Raises:
        StaffNotFound: when there is no such person.
    """
    person = User.objects.filter(pk=user_id).first()
    if person is None:
        raise StaffNotFound
    return person


def find_staff(email: str) -> User | None:
    """Return an active person of the staff, or None."""
    return User.objects.filter(email=email.lower(), is_active=True).first()
