"""People of the staff who are in charge of something."""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.queries.list_staff import find_staff
from qunying.kernel.problems import Kind, Problem


class PersonNotFound(Problem):
    """Nobody on the staff has this id."""

    code = "person_not_found"
    kind = Kind.NOT_FOUND
    message = _("There is no such person on the staff.")


def checked_person(person_id: UUID | None) -> UUID | None:
    """Return the id of a person on the staff, None for none.

    Raises:
        PersonNotFound: when nobody (who may sign in) has it.
    """
    if person_id is not None and find_staff(person_id) is None:
        raise PersonNotFound
    return person_id
