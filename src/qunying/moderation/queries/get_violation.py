"""Kinds of violations of the catalogue."""

from django.utils.translation import gettext_lazy as _

from qunying.kernel.problems import Kind, Problem
from qunying.moderation.models import Violation


class ViolationNotFound(Problem):
    """The catalogue has no such kind, or it is no longer in use."""

    code = "violation_not_found"
    kind = Kind.NOT_FOUND
    message = _("The catalogue has no violation “{violation}”.")


def get_violation(code: str, *, in_use: bool = True) -> Violation:
    """Return a kind of violation.

    Raises:
        ViolationNotFound: when there is none (that is in use).
    """
    found = Violation.objects.filter(code=code[:40])
    violation = (found.filter(is_active=True) if in_use else found).first()
    if violation is None:
        raise ViolationNotFound(violation=code[:40])
    return violation


def list_violations(*, in_use: bool = True) -> list[Violation]:
    """Return the catalogue in its order."""
    found = Violation.objects.order_by("position", "code")
    return list(found.filter(is_active=True) if in_use else found)
