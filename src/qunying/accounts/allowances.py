"""Allowances: how much of what one person may give away in a day, by role. Programs count as who made their key."""

from enum import StrEnum
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from qunying.accounts.models import Allowance, ApiKey, User
from qunying.accounts.roles import Role
from qunying.kernel.actors import Actor


class Given(StrEnum):
    """What is counted."""

    POINTS = "points"
    COUPONS = "coupons"
    CORRECTED_UNITS = "corrected_units"


GIVEN_NAMES = {
    Given.POINTS: _("Points granted"),
    Given.COUPONS: _("Coupons given"),
    Given.CORRECTED_UNITS: _("Units corrected in the ledger without a second person"),
}

# Until somebody changes them; None is without limit, and a role that is not listed may give nothing.
DEFAULTS: dict[Given, dict[Role, int | None]] = {
    Given.POINTS: {Role.OWNER: None, Role.MANAGER: 1_000_000, Role.OPERATOR: 100_000},
    Given.COUPONS: {
        Role.OWNER: None,
        Role.MANAGER: 100_000,
        Role.OPERATOR: 10_000,
        Role.CUSTOMER_SERVICE: 50,
    },
    Given.CORRECTED_UNITS: {Role.OWNER: 1_000, Role.MANAGER: 1_000},
}


def find_role(actor: Actor) -> Role | None:
    """Return the role of the person behind an actor; None for members and for the installation itself."""
    try:
        key = UUID(actor.id)
    except ValueError:
        return None
    if actor.kind == "staff":
        found = User.objects.filter(pk=key).values_list("role", flat=True).first()
    elif actor.kind == "key":
        found = ApiKey.objects.filter(pk=key).values_list("created_by__role", flat=True).first()
    else:
        found = None
    return Role(found) if found else None


def allowance_of(role: Role, given: Given) -> int | None:
    """Return how much a person of a role may give in a day; None is without limit."""
    changed = Allowance.objects.filter(role=role, given=given).values_list("per_day", flat=True)
    rows = list(changed)
    return rows[0] if rows else DEFAULTS[given].get(role, 0)
